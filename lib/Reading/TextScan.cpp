//===- TextScan.cpp - is this text fit for MLIR's parser? -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Reading/TextScan.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace triton_lift;

namespace {
struct Bracket {
  char opening;
  unsigned line;
};

class Scanner {
public:
  Scanner(StringRef text, size_t maxDepth) : text(text), maxDepth(maxDepth) {}

  std::optional<TextProblem> scan() {
    while (at < text.size() && !problem)
      step();
    if (!problem && !open.empty())
      report("the text ends before '" + Twine(open.back().opening) +
                 "' of this line is closed (truncated?)",
             open.back().line);
    return problem;
  }

private:
  void report(const Twine &message, unsigned where) {
    problem = TextProblem{message.str(), where};
  }

  void step() {
    char c = text[at++];
    if (c == '\n') {
      ++line;
    } else if (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r') {
      report("binary data, not text", line);
    } else if (c == '"') {
      skipString();
    } else if (c == '/' && text.substr(at).starts_with("/")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '-' && text.substr(at).starts_with(">")) {
      ++at;
    } else if (StringRef("([{<").contains(c)) {
      push(c);
    } else if (size_t kind = StringRef(")]}>").find(c);
               kind != StringRef::npos) {
      pop("([{<"[kind]);
    }
  }

  /// MLIR's parser takes the bits of `index`, which has none.
  bool opensArrayOfIndex() const {
    return text.take_front(at - 1).rtrim().ends_with("array") &&
           text.substr(at).ltrim().starts_with("index");
  }

  void push(char opening) {
    if (opening == '<' && opensArrayOfIndex())
      return report("an array of 'index' elements", line);
    open.push_back({opening, line});
    if (open.size() > maxDepth)
      report("nested more than " + Twine(maxDepth) + " levels deep", line);
  }

  /// Comparisons may leave single `<` and `>`; brackets that do not match
  /// otherwise are the parser's to report.
  void pop(char opening) {
    if (opening != '<')
      while (!open.empty() && open.back().opening == '<')
        open.pop_back();
    if (!open.empty() && open.back().opening == opening)
      open.pop_back();
  }

  void skipString() {
    for (; at < text.size() && text[at] != '\n'; ++at) {
      if (text[at] == '"') {
        ++at;
        return;
      }
      if (text[at] == '\\')
        ++at;
    }
    report("the string is not closed in its line (truncated?)", line);
  }

  StringRef text;
  size_t maxDepth;
  size_t at = 0;
  unsigned line = 1;
  SmallVector<Bracket> open;
  std::optional<TextProblem> problem;
};
} // namespace

std::optional<TextProblem> triton_lift::scanText(StringRef text,
                                                 size_t maxDepth) {
  return Scanner(text, maxDepth).scan();
}
