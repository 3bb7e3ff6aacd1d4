"""Results as one HTML page that needs nothing else: formulas typeset, pictures, source beside IR, proofs."""

from triton_lift.report.page.document import fragment, to_page

__all__ = ["fragment", "to_page"]
