package io.flexora.distribution.wrong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Machines and folders on which a run cannot be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongPlaceTest {

  private static final int FAILED = 1;

  private Path folder;
  private Refusals refused;

  @BeforeAll
  void prepare(@TempDir Path folder) throws Exception {
    this.folder = folder;
    this.refused = new Refusals(folder);
  }

  @Test
  void tooLittleMemory() throws Exception {
    assertThat(refused.set("adapter.lora_rank=500000000"))
        .matches(
            "not enough memory: the run needs about \\d+ MiB more than it has, for cell 'main' of"
                + " 'tiny' \\(weights \\d+,"
                + " activations \\d+, logits \\d+, second-order graph \\d+, copies of theta \\d+,"
                + " copy of the base \\d+,"
                + " kept states \\d+, allocator \\d+\\), but \\d+ MiB are available\\. Take .*");
  }

  @Test
  void tooLittleMemoryForJava() throws Exception {
    Path working = Files.createDirectories(folder.resolve("small"));
    try (Program program =
        Program.start(
            working,
            Map.of("FLEXORA_JAVA_OPTS", "-Xmx16m -XX:+UseSerialGC"),
            List.of(
                "run",
                refused.experiment().file().toString(),
                "--set",
                "dataset.source=file:" + manyGlosses()))) {
      assertThat(Refusals.message(program.outcome(), 2))
          .matches("not enough memory: Java has used all \\d+ MiB that it may\\. .*-Xmx8g");
    }
    assertThat(TinyExperiment.runs(working)).isEmpty();
  }

  private Path manyGlosses() throws IOException {
    Path many = Files.createDirectories(folder.resolve("many"));
    String line = "00000000 05 n 01 word 0 000 | a definition that is much like all the others\n";
    Files.writeString(many.resolve("data.noun"), line.repeat(200_000));
    return many;
  }

  @Test
  void aGpuThatIsNotThere() throws Exception {
    assumeTrue(Files.notExists(Path.of("/dev/nvidia0")), "this machine has a GPU");

    assertThat(refused.set("device=gpu"))
        .startsWith("device: gpu was asked for, but PyTorch ")
        .endsWith("or write device: cpu");
  }

  @Test
  void aFileWhereRunsBelong() throws Exception {
    Path file = Files.writeString(refused.file("occupied"), "");

    assertThat(refused.set("output_dir=" + file))
        .startsWith("cannot write " + file)
        .contains("is a file, not a folder");
  }

  @Test
  void aFolderThatCannotBeWrittenTo() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("read-only"));
    boolean mounted = mount("-t", "tmpfs", "-o", "ro,size=64k", "none", disk.toString());
    try {
      assumeTrue(mounted || disk.toFile().setWritable(false), "everything can be written to");
      assumeTrue(!Files.isWritable(disk), "nothing is read-only to this user");

      assertThat(refused.set("output_dir=" + disk))
          .startsWith("cannot write " + disk)
          .endsWith("choose a folder that can be written to");
    } finally {
      disk.toFile().setWritable(true);
      if (mounted) {
        unmount(disk);
      }
    }
  }

  @Test
  void aFullDiskLeavesARunThatCanBeResumed() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    assumeTrue(
        mount("-t", "tmpfs", "-o", "size=96k", "none", disk.toString()), "no file system to mount");
    try {
      Program.Outcome outcome =
          Program.run(
              folder,
              "run",
              refused.experiment().file().toString(),
              "--quiet",
              "--set",
              "output_dir=" + disk);

      String message = Refusals.message(outcome, FAILED);
      assertThat(message).contains("cannot write " + disk, "the disk is full", "bytes free");
      assertThat(message).contains("To continue: flexora resume " + disk);
      assertThat(mount("-o", "remount,size=10m", disk.toString())).isTrue();
      String run = message.substring(message.lastIndexOf(' ') + 1);
      assertThat(refused.here("resume", run).code()).isZero();
    } finally {
      unmount(disk);
    }
  }

  @Test
  void aFolderThatIsNoRun() throws Exception {
    assertThat(refused.command("resume", "nothing"))
        .isEqualTo(
            "nothing is not the folder of a run: there is no such folder. Runs are folders like"
                + " runs/NAME-TIME");
    assertThat(refused.command("resume", "."))
        .startsWith(". is not the folder of a run: it has no configuration.yaml");
  }

  @Test
  void aResumeThatIsRefusedBeforeItBeginsIsNotOfferedAgain() {
    Path run = folder.resolve("prepared");
    RunFolder.prepare(run, refused.experiment().text().replace("model.onnx", "gone.onnx"));

    assertThat(Refusals.message(refused.here("resume", run.toString()), 2))
        .contains("there is no file ", "gone.onnx")
        .doesNotContain("To continue");
  }

  @Test
  void aRunThatAnotherProcessHasAndThenOneThatHasEnded() throws Exception {
    Path working = Files.createDirectories(folder.resolve("two"));
    AtomicReference<String> message = new AtomicReference<>();
    try (Program first =
        Program.start(
            working, Map.of(), List.of("run", refused.experiment().file().toString(), "--json"))) {
      int code = first.watch(line -> tryToResume(working, first, message));
      assertThat(code).as(first.errors()).isZero();
    }
    assertThat(message.get())
        .contains("is in use by process ", "; wait until it ends, or stop it")
        .doesNotContain("To continue");

    Path run = TinyExperiment.runs(working).get(0);
    byte[] result = Files.readAllBytes(run.resolve("result.json"));
    Program.Outcome again = refused.here("resume", run.toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("This run had already ended; its reports were rewritten.");
    assertThat(Files.readAllBytes(run.resolve("result.json"))).isEqualTo(result);
  }

  /** At the first sign of life of the run, while it is held still. */
  private void tryToResume(Path working, Program first, AtomicReference<String> message) {
    if (message.get() != null) {
      return;
    }
    try {
      first.signal("STOP");
      Path run = TinyExperiment.runs(working).get(0);
      message.set(Refusals.message(refused.here("resume", run.toString()), 2));
      assertThat(message.get()).contains("process " + first.pid());
      first.signal("CONT");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void unmount(Path disk) throws Exception {
    new ProcessBuilder("umount", disk.toString()).inheritIO().start().waitFor();
  }

  private static boolean mount(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
