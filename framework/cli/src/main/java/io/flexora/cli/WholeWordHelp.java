package io.flexora.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.CommandSpec;

/** Breaks a synopsis between words alone, where picocli breaks behind a hyphen, too. */
final class WholeWordHelp extends Help {

  private static final Pattern WORD = Pattern.compile("\\S+");

  WholeWordHelp(CommandSpec command, ColorScheme colours) {
    super(command, colours);
  }

  @Override
  protected String insertSynopsisCommandName(int headingLength, Text details) {
    String command = commandSpec().qualifiedName();
    int indent = headingLength + command.length();
    int column = indent;
    StringBuilder synopsis = new StringBuilder(colorScheme().commandText(command).toString());
    Matcher words = WORD.matcher(details.plainString());
    while (words.find()) {
      int more = 1 + words.end() - words.start();
      if (column > indent && column + more > commandSpec().usageMessage().width()) {
        synopsis.append(System.lineSeparator()).append(" ".repeat(indent));
        column = indent;
      }
      synopsis.append(' ').append(details.substring(words.start(), words.end()));
      column += more;
    }
    return synopsis.append(System.lineSeparator()).toString();
  }
}
