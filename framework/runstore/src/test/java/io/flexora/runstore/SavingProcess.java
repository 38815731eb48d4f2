package io.flexora.runstore;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Saves checkpoint after checkpoint until it is killed, going on from the newest, and says after
 * each that it is saved. Dies by itself at a stage if one is named.
 */
final class SavingProcess {

  static final String CONFIGURATION = "c0ffee";
  static final int KEEP = 2;

  private SavingProcess() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    String deadly = arguments[1];
    long first = newest(checkpoints(folder, CONFIGURATION, KEEP)).orElse(0L) + 1;
    // The first save of a process is let pass, so that every stage has older checkpoints beside it.
    CheckpointFolder checkpoints =
        new CheckpointFolder(
            folder,
            CONFIGURATION,
            KEEP,
            CONFIGURATION::equals,
            stage -> {
              if (stage.name().equals(deadly) && Boolean.getBoolean("armed")) {
                Runtime.getRuntime().halt(137);
              }
            });
    for (long step = first; ; step++) {
      checkpoints.save(snapshot(step));
      System.out.println("saved " + step);
      System.out.flush();
      if (step == first + KEEP) {
        System.setProperty("armed", "true");
      }
    }
  }

  /** The checkpoints of a folder, all of which have to be of the configuration. */
  static CheckpointFolder checkpoints(Path folder, String configuration, int keep) {
    return new CheckpointFolder(folder, configuration, keep, configuration::equals, stage -> {});
  }

  static Snapshot snapshot(long step) {
    SplittableRandom random = new SplittableRandom(step);
    float[] theta = new float[20_000];
    double[] moments = new double[500];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = Float.intBitsToFloat(random.nextInt() & 0x7f7fffff);
    }
    for (int i = 0; i < moments.length; i++) {
      moments[i] = random.nextDouble();
    }
    return new Snapshot(
        step,
        Map.of(
            "theta", new StoredArray.Floats(List.of(100L, 200L), theta),
            "moments", new StoredArray.Doubles(List.of(500L), moments)),
        Map.of("loss", random.nextDouble(), "position", step * 8));
  }

  /** The step of the newest checkpoint, which has to be whole and what was saved. */
  static Optional<Long> newest(CheckpointFolder folder) {
    Optional<Snapshot> newest =
        folder.newest(
            notice -> {
              throw new AssertionError(notice);
            });
    newest.ifPresent(snapshot -> requireEqual(snapshot, snapshot(snapshot.step())));
    return newest.map(Snapshot::step);
  }

  static void requireEqual(Snapshot read, Snapshot saved) {
    boolean equal =
        read.values().equals(saved.values())
            && Arrays.equals(floats(read), floats(saved))
            && Arrays.equals(doubles(read), doubles(saved))
            && read.arrays().get("theta").shape().equals(saved.arrays().get("theta").shape());
    if (!equal) {
      throw new AssertionError("checkpoint " + read.step() + " is not what was saved");
    }
  }

  private static float[] floats(Snapshot snapshot) {
    return ((StoredArray.Floats) snapshot.arrays().get("theta")).values();
  }

  private static double[] doubles(Snapshot snapshot) {
    return ((StoredArray.Doubles) snapshot.arrays().get("moments")).values();
  }
}
