package io.flexora.manual;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands as a page of the manual, and as pages for {@code man}. */
final class CommandPages {

  private final CommandLine root;
  private final String version;

  CommandPages(CommandLine root) {
    this.root = root;
    this.version = root.getCommandSpec().version()[0].replaceFirst(",.*", "");
  }

  /** What {@code --help} of each command says, as Markdown. */
  String reference() {
    StringBuilder page =
        new StringBuilder("# All commands\n\nWhat `--help` of each command prints.\n\n");
    commands(root)
        .forEach(
            command ->
                page.append(
                    "## %s\n\n```text\n%s```\n\n"
                        .formatted(
                            command.getCommandSpec().qualifiedName(), command.getUsageMessage())));
    return page.toString();
  }

  /** A page of section 1 for each command, by the name of its file. */
  Map<String, String> man() {
    Map<String, String> pages = new LinkedHashMap<>();
    commands(root)
        .forEach(
            command -> pages.put(command.getCommandSpec().qualifiedName("-") + ".1", man(command)));
    return pages;
  }

  private static Stream<CommandLine> commands(CommandLine line) {
    return Stream.concat(
        Stream.of(line), line.getSubcommands().values().stream().flatMap(CommandPages::commands));
  }

  private String man(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String name = command.getCommandSpec().qualifiedName("-");
    StringBuilder page = new StringBuilder();
    page.append(
        ".TH \"%s\" \"1\" \"\" \"%s\" \"Flexora\"\n"
            .formatted(name.toUpperCase(Locale.ROOT), version));
    page.append(".SH NAME\n%s \\- %s\n".formatted(escaped(name), escaped(summary(usage))));
    page.append(".SH SYNOPSIS\n.nf\n%s.fi\n".formatted(escaped(command.getHelp().synopsis(0))));
    page.append(".SH DESCRIPTION\n");
    for (String paragraph : usage.description()) {
      page.append(paragraph.isBlank() ? ".PP\n" : escaped(paragraph) + "\n");
    }
    page.append(".SH OPTIONS\n");
    command.getCommandSpec().positionalParameters().forEach(each -> page.append(item(each)));
    command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .forEach(each -> page.append(item(each)));
    if (!command.getSubcommands().isEmpty()) {
      page.append(".SH COMMANDS\n");
      command
          .getSubcommands()
          .forEach(
              (sub, line) ->
                  page.append(
                      ".TP\n\\fB%s\\fR\n%s\n"
                          .formatted(
                              escaped(sub),
                              escaped(summary(line.getCommandSpec().usageMessage())))));
    }
    page.append(".SH EXIT STATUS\n");
    usage
        .exitCodeList()
        .forEach(
            (code, text) -> page.append(".TP\n%s\n%s\n".formatted(code.strip(), escaped(text))));
    if (usage.footer().length > 0) {
      page.append(".SH EXAMPLES\n.nf\n");
      for (String line : usage.footer()) {
        page.append(escaped(line)).append('\n');
      }
      page.append(".fi\n");
    }
    return page.toString();
  }

  private static String summary(UsageMessageSpec usage) {
    return String.join(" ", usage.description()).strip().replaceFirst("(?s)\\.(\\s.*|$)", "");
  }

  private static String item(ArgSpec argument) {
    String head =
        argument instanceof OptionSpec option
            ? "\\fB%s\\fR%s"
                .formatted(
                    escaped(String.join(", ", option.names())),
                    option.arity().max() == 0
                        ? ""
                        : "=\\fI" + escaped(option.paramLabel()) + "\\fR")
            : "\\fI" + escaped(((PositionalParamSpec) argument).paramLabel()) + "\\fR";
    return ".TP\n%s\n%s\n"
        .formatted(head, escaped(String.join(" ", List.of(argument.description()))));
  }

  /** Text of which nothing is taken for a request. */
  private static String escaped(String text) {
    return text.replace("%n", "\n")
        .replace("%%", "%")
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replaceAll("(?m)^([.'])", "\\\\&$1");
  }
}
