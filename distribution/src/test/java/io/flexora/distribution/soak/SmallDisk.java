package io.flexora.distribution.soak;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A file system in memory whose size changes.
 *
 * @param folder where it is mounted
 */
record SmallDisk(Path folder) {

  private static final String WIDE = "size=256m";
  private static final int MOST_FREE_KIB = 256;
  private static final int UNMOUNT_TRIES = 60;

  /** Mounts one on a folder, with space enough; empty where this user may not. */
  static Optional<SmallDisk> mount(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    return run("mount", "-t", "tmpfs", "-o", WIDE, "tmpfs", folder.toString())
        ? Optional.of(new SmallDisk(folder))
        : Optional.empty();
  }

  /** Leaves little more space than what is taken; false if that could not be done. */
  boolean shrink(SplittableRandom random) throws IOException, InterruptedException {
    FileStore store = Files.getFileStore(folder);
    long taken = (store.getTotalSpace() - store.getUnallocatedSpace()) >> 10;
    return resize("size=" + (taken + 4 + random.nextInt(MOST_FREE_KIB)) + "k");
  }

  /** Gives space enough again. */
  void widen() throws IOException, InterruptedException {
    if (!resize(WIDE)) {
      throw new IOException(folder + " cannot be widened");
    }
  }

  private boolean resize(String size) throws IOException, InterruptedException {
    return run("mount", "-o", "remount," + size, folder.toString());
  }

  /** Copies what is on it to a folder beside it, and unmounts it even if it is in use. */
  void keep() throws InterruptedException {
    run("cp", "-a", folder.toString(), folder + "-at-the-end");
    run("umount", "-l", folder.toString());
  }

  /** Unmounts it. */
  void unmount() throws IOException, InterruptedException {
    for (int i = 0; i < UNMOUNT_TRIES; i++) {
      if (run("umount", folder.toString())) {
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    }
    throw new IOException(folder + " is still in use by a process");
  }

  private static boolean run(String... command) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    try {
      return new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
