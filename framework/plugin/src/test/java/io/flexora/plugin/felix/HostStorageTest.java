package io.flexora.plugin.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostStorageTest {

  private static final int HOSTS = 8;

  @Test
  void hostsThatStartTogetherShareTheDeletionOfWhatAKilledOneLeft(@TempDir Path cache)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(HOSTS);
    try {
      for (int round = 0; round < 20; round++) {
        Path left = abandon(cache.resolve("host-1-" + round));
        List<Callable<HostStorage>> starts = new ArrayList<>();
        for (int host = 0; host < HOSTS; host++) {
          starts.add(() -> HostStorage.open(cache));
        }
        for (Future<HostStorage> started : threads.invokeAll(starts)) {
          started.get().close();
        }
        HostStorage.open(cache).close();
        assertThat(left).doesNotExist();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatHostsLeftThatWereKilledAtAnyMomentIsDeleted(@TempDir Path cache) throws Exception {
    String own = "host-%d-1".formatted(ProcessHandle.current().pid());
    List<Path> left = new ArrayList<>();
    for (String name : List.of("new-1", "new-2", "host-1-2", own)) {
      left.add(abandon(cache.resolve(name)));
    }
    Files.delete(cache.resolve("new-2/lock"));
    Files.delete(cache.resolve("host-1-2/lock"));
    Path fresh = Files.createDirectories(cache.resolve("new-3"));
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    for (Path folder : left) {
      Files.setLastModifiedTime(folder, before);
    }
    try (HostStorage one = HostStorage.open(cache);
        HostStorage other = HostStorage.open(cache)) {
      assertThat(left).allSatisfy(folder -> assertThat(folder).doesNotExist());
      assertThat(fresh).exists();
      assertThat(one.storage().getParent()).exists();
      assertThat(other.storage().getParent()).exists();
    }
  }

  private static Path abandon(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("felix/bundle1"));
    Files.createFile(folder.resolve("lock"));
    for (int i = 0; i < 50; i++) {
      Files.writeString(folder.resolve("felix/bundle1/" + i), "x");
    }
    return folder;
  }
}
