package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.results.run.RunEvent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunAttemptsTest {

  @TempDir Path folder;
  private Path run;
  private RunAttempts attempts;

  @BeforeEach
  void prepare() {
    run = folder.resolve("run");
    RunFolder.prepare(run, "name: x\n");
    attempts = new RunAttempts(run);
  }

  private Path next() {
    return RunAttempts.run(attempts.next());
  }

  private static void tell(Path at, String kind) {
    try (EventLog log = EventLog.open(EventLog.in(at))) {
      log.append(new RunEvent(Instant.EPOCH, "main", "train", 0, new Event.Own(kind, Map.of())));
    }
  }

  private static List<String> kinds(EventTail tail) {
    return tail.more().stream().map(RunEvent::kind).toList();
  }

  private static void end(Path at, String theta) throws IOException {
    Files.createDirectories(at.resolve("cells/main"));
    Files.writeString(at.resolve("cells/main/theta"), theta);
    Files.writeString(at.resolve("result.json"), theta);
  }

  @Test
  void whatARunHasDoneMovesIntoTheNextTryAndBackAndIsFollowedOnTheWay() throws Exception {
    EventTail tail = EventTail.ofRun(run);
    tell(run, "here");
    assertThat(kinds(tail)).containsExactly("here");

    Path first = next();
    assertThat(first).isEqualTo(run.resolve("attempts/1/run"));
    assertThat(RunFolder.readConfiguration(first)).isEqualTo("name: x\n");
    assertThat(RunFolder.isBegun(run)).isFalse();
    assertThat(kinds(tail)).isEmpty();
    tell(first, "there");
    assertThat(kinds(tail)).containsExactly("there");

    Files.writeString(first.resolveSibling("process.log"), "it said");
    attempts.giveBack(RunFolder::isFinished);
    assertThat(attempts.all()).containsExactly(first.getParent());
    assertThat(first).doesNotExist();
    assertThat(run.resolve("process.log")).hasContent("it said");
    assertThat(kinds(tail)).isEmpty();
    tell(run, "again");
    assertThat(kinds(tail)).containsExactly("again");
    assertThat(RunFolder.readConfiguration(run)).isEqualTo("name: x\n");
    assertThat(next()).isEqualTo(run.resolve("attempts/2/run"));
  }

  @Test
  void aTryThatBeginsFromNothingTellsThatWhatWasToldDoesNotCount() throws Exception {
    Path first = next();
    tell(first, "one");
    tell(first, "two");
    EventTail tail = EventTail.ofRun(run);
    assertThat(kinds(tail)).hasSize(2);

    Path second = next();
    assertThat(RunFolder.isBegun(second)).isFalse();
    assertThat(kinds(tail)).isEmpty();
    tell(second, "other");
    assertThat(kinds(tail)).containsExactly(Event.kind(Event.CellRestarted.class), "other");
  }

  @Test
  void theNoteOfAProcessKilledAfterItsResultIsRemoved() throws Exception {
    end(run, "ended");
    Files.writeString(run.resolve(".lock"), "");
    Path note = run.resolve(".owner.json");
    Files.writeString(note, "{\"pid\": 4194305, \"process_started\": \"\"}");

    attempts.giveBack(RunFolder::isFinished);

    assertThat(note).doesNotExist();
    assertThat(run.resolve("result.json")).hasContent("ended");
  }

  @Test
  void theFirstWholeResultIsTakenAndASecondIsGone() throws Exception {
    Path first = next();
    Path second = next();
    Path third = next();
    end(second, "second");
    end(third, "third");
    tell(first, "not ended");

    attempts.giveBack(RunFolder::isFinished);

    assertThat(run.resolve("result.json")).hasContent("second");
    assertThat(run.resolve("cells/main/theta")).hasContent("second");
    assertThat(run.resolve("attempts")).doesNotExist();
    end(next(), "late");
    Files.writeString(run.resolve("result.json"), "second");
    attempts.giveBack(RunFolder::isFinished);
    assertThat(run.resolve("result.json")).hasContent("second");
  }

  @Test
  void aCrashBetweenTwoFilesIsMadeGood() throws Exception {
    Path first = next();
    end(first, "first");
    Files.writeString(run.resolve("attempts/taken"), "1");
    Files.move(first.resolve("cells"), run.resolve("cells"));

    attempts.giveBack(attempt -> false);

    assertThat(run.resolve("cells/main/theta")).hasContent("first");
    assertThat(run.resolve("result.json")).hasContent("first");
    assertThat(run.resolve("attempts")).doesNotExist();
  }

  @Test
  void aTryThatCannotBeMadeLeavesTheRunAsItWas() throws Exception {
    tell(run, "here");
    Files.createDirectories(run.resolve("cells/main"));
    Files.writeString(run.resolve("cells/main/theta"), "so far");
    Files.createSymbolicLink(run.resolve("decisions.json"), Path.of("gone"));

    assertThatThrownBy(attempts::next)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("attempts");
    attempts.giveBack(RunFolder::isFinished);

    assertThat(run.resolve("cells/main/theta")).hasContent("so far");
    assertThat(RunFolder.isBegun(run)).isTrue();
  }

  @Test
  void aCrashBetweenTwoFilesOnTheWayIntoATryIsMadeGood() throws Exception {
    tell(run, "here");
    Files.createDirectories(run.resolve("cells/main"));
    Files.writeString(run.resolve("cells/main/theta"), "so far");
    Path there = next();
    Files.move(there.resolve("cells"), run.resolve("cells"));

    attempts.giveBack(RunFolder::isFinished);

    assertThat(run.resolve("cells/main/theta")).hasContent("so far");
    assertThat(kinds(new EventTail(EventLog.in(run)))).containsExactly("here");
    assertThat(RunFolder.readConfiguration(run)).isEqualTo("name: x\n");
  }

  @Test
  void aTryThatAnotherProcessHasIsLeftAlone() throws Exception {
    Path first = next();
    end(first, "first");
    Process holder = HoldingProgram.start(first.resolve(".lock"));
    try {
      attempts.giveBack(RunFolder::isFinished);
      assertThat(RunFolder.isFinished(run)).isFalse();
      assertThat(attempts.all()).containsExactly(first.getParent());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    attempts.giveBack(RunFolder::isFinished);
    assertThat(run.resolve("result.json")).hasContent("first");
  }

  /** Holds a lock until it is killed. */
  static final class HoldingProgram {

    private HoldingProgram() {}

    static Process start(Path lock) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  HoldingProgram.class.getName(),
                  lock.toString())
              .start();
      assertThat(process.getInputStream().read()).isEqualTo('x');
      return process;
    }

    public static void main(String[] arguments) throws Exception {
      try (FileChannel channel =
              FileChannel.open(
                  Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.write('x');
        System.out.flush();
        Thread.sleep(lock.isValid() ? 60_000 : 0);
      }
    }
  }
}
