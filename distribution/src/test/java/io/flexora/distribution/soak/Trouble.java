package io.flexora.distribution.soak;

import io.flexora.distribution.soak.Counts.What;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** What happens to a command while it works. */
enum Trouble {
  NONE(What.COMMANDS, 0),
  KILL(What.KILLS, 128 + 9),
  CELL_KILL(What.CELL_KILLS, 1),
  TERM(What.TERMS, 128 + 15),
  INTERRUPT(What.INTERRUPTS, 128 + 2),
  CTRL_C(What.CTRL_CS, 128 + 2),
  PAUSE(What.PAUSES, 0),
  FULL_DISK(What.FULL_DISKS, 1);

  private static final int REFUSED = 2;
  private static final int LONGEST_PAUSE_MS = 3000;

  private final What count;
  private final int code;

  /**
   * Describes one.
   *
   * @param code the exit code of a command that ends because of it
   */
  Trouble(What count, int code) {
    this.count = count;
    this.code = code;
  }

  /** What it is counted as. */
  What count() {
    return count;
  }

  /** Whether a command may end with a code after it. */
  boolean allows(int found) {
    boolean refused = this == FULL_DISK && found == REFUSED;
    return found == 0 || found == code || refused;
  }

  /** Whether it is a signal that a program may answer. */
  boolean isSignal() {
    return this == TERM || this == INTERRUPT || this == CTRL_C;
  }

  /** Whether a command ends without a word. */
  boolean silences() {
    return this == KILL;
  }

  /**
   * Inflicts it.
   *
   * @param disk what the command writes to, where that is a small one
   * @return whether there was something left to be inflicted on
   */
  boolean inflict(Program program, Optional<SmallDisk> disk, SplittableRandom random) {
    if (!program.alive()) {
      return false;
    }
    try {
      switch (this) {
        case NONE -> {}
        case KILL -> program.kill();
        case CELL_KILL -> {
          return killOneCell(program, random);
        }
        case TERM -> program.signal("TERM");
        case INTERRUPT -> program.signal("INT");
        case CTRL_C -> interruptAll(program, random);
        case PAUSE -> pause(program, random);
        case FULL_DISK -> {
          return disk.orElseThrow().shrink(random);
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean killOneCell(Program program, SplittableRandom random) {
    List<ProcessHandle> cells = cells(program);
    return !cells.isEmpty() && cells.get(random.nextInt(cells.size())).destroyForcibly();
  }

  /** As a terminal does: the command and its cells, in whatever order. */
  private static void interruptAll(Program program, SplittableRandom random)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-INT"));
    cells(program).forEach(cell -> command.add(String.valueOf(cell.pid())));
    command.add(random.nextBoolean() ? 2 : command.size(), String.valueOf(program.pid()));
    new ProcessBuilder(command).start().waitFor();
  }

  private static List<ProcessHandle> cells(Program program) {
    return ProcessHandle.of(program.pid()).stream()
        .flatMap(ProcessHandle::children)
        .filter(Trouble::isCell)
        .toList();
  }

  private static boolean isCell(ProcessHandle process) {
    try {
      // Java cuts long command lines.
      Path whole = Path.of("/proc/" + process.pid() + "/cmdline");
      return Files.readString(whole).contains("CellProcess");
    } catch (IOException e) {
      return process.info().commandLine().filter(line -> line.contains("CellProcess")).isPresent();
    }
  }

  private static void pause(Program program, SplittableRandom random)
      throws IOException, InterruptedException {
    program.signal("STOP");
    TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MS));
    program.signal("CONT");
  }
}
