package io.flexora.files.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessExitTest {

  @Test
  void theMainProgramEndsTheProcessAsItLikes() throws Exception {
    Ending ending = run("own");

    assertThat(ending.code()).isEqualTo(3);
    assertThat(ending.output()).isEmpty();
  }

  @Test
  void otherCodeEndsItAsAFailureThatNamesTheCode() throws Exception {
    Ending ending = run("other");

    assertThat(ending.code()).isEqualTo(7);
    assertThat(ending.output())
        .startsWith("error: ")
        .contains("io.flexora.files.machine.EndingProcess$Other.leave(EndingProcess.java:")
        .contains("ended the program by System.exit during cell 'main'");
  }

  @Test
  void thePluginOfTheCodeIsNamedByTheContextOfItsThread() throws Exception {
    Ending ending = run("thread");

    assertThat(ending.code()).isEqualTo(7);
    assertThat(ending.output()).contains("System.exit (plugin centre-selector 1.0.0) during");
  }

  @Test
  void aShutdownHookThatDoesNotReturnIsEndedByForce() throws Exception {
    Ending ending = run("hook");

    assertThat(ending.code()).isEqualTo(3);
    assertThat(ending.output())
        .startsWith("error: io.flexora.files.machine.EndingProcess$Other.wander(")
        .contains(
            "(plugin centre-selector 1.0.0) keeps the program from ending; it was ended by force after 1 seconds");
  }

  @Test
  void aShutdownHookThatEndsTheProcessAgainIsEndedByForce() throws Exception {
    Ending ending = run("leaving-hook");

    assertThat(ending.code()).isEqualTo(3);
    assertThat(ending.output()).contains("a shutdown hook keeps the program from ending");
  }

  @Test
  void runtimeExitIsNoWayAround() throws Exception {
    Ending ending = run("runtime");

    assertThat(ending.code()).isEqualTo(7);
    assertThat(ending.output()).contains("EndingProcess.main(");
  }

  @Test
  void anEndWithoutExitIsAsJavaHasIt() throws Exception {
    assertThat(run("nothing").code()).isZero();
    assertThat(run("failure").code()).isEqualTo(1);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aSignalEndsItAsASignalDoes() throws Exception {
    Process process = start("signal");
    assertThat(process.getInputStream().read()).isEqualTo('.');
    new ProcessBuilder("kill", "" + process.pid()).start().waitFor();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
  }

  private record Ending(int code, String output) {}

  private static Ending run(String way) throws IOException, InterruptedException {
    Process process = start(way);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ending(process.waitFor(), output);
  }

  private static Process start(String way) throws IOException {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            EndingProcess.class.getName(),
            way);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
