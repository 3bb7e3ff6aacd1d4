from triton_lift.cli import main

main()
