package io.flexora.config.yaml;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** A sentence on why a text is not YAML, with the usual cause. */
final class SyntaxProblem {

  private SyntaxProblem() {}

  /** The failure to tell the user; where the parser threw is of no use, so it has no cause. */
  static ConfigurationException of(YAMLException failure, String text, Location source) {
    if (failure instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return new ConfigurationException(
          location(marked.getProblemMark(), source), sentence(marked, text));
    }
    if (failure instanceof ReaderException unreadable) {
      return new ConfigurationException(
          TextPosition.of(text, unreadable.getPosition()).in(source),
          String.format("the character U+%04X is not accepted in YAML", unreadable.getCodePoint()));
    }
    return new ConfigurationException(source, "this is not YAML: " + failure.getMessage());
  }

  private static String sentence(MarkedYAMLException failure, String text) {
    String problem = orEmpty(failure.getProblem()).replaceFirst("[.] [(].*", "");
    String context = orEmpty(failure.getContext());
    if (problem.contains("TAB")) {
      return "a tab is not accepted here; YAML is indented with spaces";
    }
    return "this is not YAML: "
        + Quote.shortened(problem)
        + since(failure)
        + hint(problem, context, isAfterBraces(failure.getProblemMark(), text));
  }

  private static String orEmpty(String orNull) {
    return orNull == null ? "" : orNull;
  }

  private static String since(MarkedYAMLException failure) {
    Mark begin = failure.getContextMark();
    boolean elsewhere = begin != null && begin.getLine() != failure.getProblemMark().getLine();
    return elsewhere ? " (in what starts in line " + (begin.getLine() + 1) + ")" : "";
  }

  /** Whether text goes on behind braces, as that of a template without quotes does. */
  private static boolean isAfterBraces(Mark problem, String text) {
    int at = text.offsetByCodePoints(0, problem.getIndex());
    int end = at;
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    boolean behind = end > 0 && text.charAt(end - 1) == '}';
    return behind && at < text.length() && "}]".indexOf(text.charAt(at)) < 0;
  }

  private static String hint(String problem, String context, boolean afterBraces) {
    if (context.contains("quoted scalar")) {
      return "; a quote is not closed";
    }
    if (context.contains("flow sequence") || context.contains("flow mapping")) {
      return afterBraces
          ? "; a comma is missing, or quotes around text with braces"
          : "; a comma or a closing bracket is missing";
    }
    if (afterBraces) {
      return "; put text with braces in quotes";
    }
    if (problem.startsWith("mapping values are not allowed")) {
      return "; check the indentation, or put text with ': ' in quotes";
    }
    if (problem.contains("<block end>") || problem.contains("could not find expected ':'")) {
      return "; check the indentation and the ':' after each key";
    }
    if (problem.contains("cannot start any token")) {
      return "; put the text in quotes";
    }
    return "";
  }

  private static Location location(Mark mark, Location source) {
    return source.at(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
