package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.output.Terminal;
import io.flexora.files.machine.ProcessExit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {

  static List<CommandLine> commands() {
    return withSubcommands(Main.commandLine(Terminal.none(), ProcessExit.unguarded())).toList();
  }

  private static Stream<CommandLine> withSubcommands(CommandLine line) {
    return Stream.concat(
        Stream.of(line),
        line.getSubcommands().values().stream().flatMap(HelpTest::withSubcommands));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandSaysWhatItDoesAndWhatItsExitCodesMean(CommandLine command) {
    assertThat(command.getUsageMessage())
        .contains("Exit codes:", "130", "--json", "--quiet", "--home");
    assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionIsExplained(CommandLine command) {
    assertThat(command.getCommandSpec().options())
        .filteredOn(option -> !option.hidden())
        .extracting(OptionSpec::description)
        .allSatisfy(text -> assertThat(String.join("", text)).hasSizeGreaterThan(10));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void noLineOfAHelpIsWiderThanTheTerminal(CommandLine command) {
    assertThat(command.getUsageMessage().lines()).allMatch(line -> line.length() <= 110);
  }

  @Test
  void aNarrowSynopsisKeepsEveryOptionInOnePiece() {
    for (String command : List.of("run", "compare", "resume")) {
      assertThat(Invocation.onTerminal(60, command, "--help").out().lines())
          .first()
          .asString()
          .startsWith("Usage: flexora " + command + " [-hqV] ");
      for (int columns = 60; columns <= 110; columns += 5) {
        assertThat(Invocation.onTerminal(columns, command, "--help").out())
            .as(command + " on " + columns)
            .contains("[--[no-]web-keep]");
      }
    }
  }

  @Test
  void anOptionThatIsGivenAsAnExampleStaysInOnePiece() {
    for (String command : List.of("run", "compare", "check")) {
      for (int columns = 60; columns <= 110; columns++) {
        assertThat(Invocation.onTerminal(columns, command, "--help").out())
            .as(command + " on " + columns)
            .contains("trainer.max_steps=20");
      }
    }
  }

  @Test
  void helpIsAResultAndNoError() {
    Invocation help = Invocation.of("run", "--help");

    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Examples:", "flexora run config/quickstart.yaml");
    assertThat(help.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "run", "plugins", "plugins new", "help"})
  void theCommandHelpPrintsWhatTheOptionDoes(String command) {
    List<String> words = command.isEmpty() ? List.of() : List.of(command.split(" ", -1));
    Invocation help = Invocation.of(joined(List.of("help"), words));

    assertThat(help.code()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out())
        .startsWith("Usage: flexora " + command)
        .isEqualTo(Invocation.of(joined(words, List.of("--help"))).out());
  }

  private static String[] joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toArray(String[]::new);
  }

  @Test
  void helpForACommandThatIsNoneNamesTheOneThatIsMeant() {
    Invocation wrong = Invocation.of("help", "plugins", "shwo");

    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.err())
        .startsWith("error: flexora plugins has no command 'shwo'; did you mean 'show'?");
    assertThat(Invocation.of("help", "run", "x").err().lines())
        .containsExactly("error: flexora run has no command 'x'", "See flexora run --help");
  }

  @Test
  void theVersionNamesProgramAndJava() {
    assertThat(Invocation.of("--version").out())
        .matches(
            "Flexora 0\\.1\\.0\\S*, Java "
                + Runtime.version().feature()
                + ".*\\RPyTorch \\d+\\.\\S+ by DJL \\d+\\.\\S+, Apache Felix \\d+\\.\\S+\\R");
  }
}
