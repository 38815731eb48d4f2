package io.flexora.config;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** Says in one sentence why a text is not YAML, and what is the usual cause. */
final class SyntaxProblem {

  private SyntaxProblem() {}

  /** The failure to tell the user; where the parser threw is of no use, so it has no cause. */
  static ConfigurationException of(YAMLException failure, String text, Location source) {
    if (failure instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return new ConfigurationException(
          location(marked.getProblemMark(), source), sentence(marked));
    }
    if (failure instanceof ReaderException unreadable) {
      return new ConfigurationException(
          TextPosition.of(text, unreadable.getPosition()).in(source),
          String.format("the character U+%04X is not accepted in YAML", unreadable.getCodePoint()));
    }
    return new ConfigurationException(source, "this is not YAML: " + failure.getMessage());
  }

  private static String sentence(MarkedYAMLException failure) {
    String problem = text(failure.getProblem()).replaceFirst("[.] [(].*", "");
    String context = text(failure.getContext());
    if (problem.contains("TAB")) {
      return "a tab is not accepted here; YAML is indented with spaces";
    }
    return "this is not YAML: "
        + Quote.shortened(problem)
        + since(failure)
        + hint(problem, context);
  }

  private static String text(String orNull) {
    return orNull == null ? "" : orNull;
  }

  private static String since(MarkedYAMLException failure) {
    Mark begin = failure.getContextMark();
    boolean elsewhere = begin != null && begin.getLine() != failure.getProblemMark().getLine();
    return elsewhere ? " (in what starts in line " + (begin.getLine() + 1) + ")" : "";
  }

  private static String hint(String problem, String context) {
    if (context.contains("quoted scalar")) {
      return "; a quote is not closed";
    }
    if (context.contains("flow sequence") || context.contains("flow mapping")) {
      return "; a comma or a closing bracket is missing";
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
