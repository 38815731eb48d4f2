package io.flexora.files.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {

  private static final long GIB = 1L << 30;

  @TempDir Path root;

  @Test
  void isThatOfTheContainerWhereThatIsLess() throws IOException {
    Path system = Files.createDirectories(root.resolve("proc"));
    Files.writeString(
        system.resolve("meminfo"), "MemTotal:  4194304 kB\nMemAvailable:  2097152 kB\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(2 * GIB);

    Path container = Files.createDirectories(root.resolve("sys/fs/cgroup"));
    Files.writeString(container.resolve("memory.max"), "max\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(2 * GIB);

    Files.writeString(container.resolve("memory.max"), 2 * GIB + "\n");
    Files.writeString(container.resolve("memory.current"), 3 * GIB / 2 + "\n");
    Files.writeString(container.resolve("memory.stat"), "anon 1\ninactive_file " + GIB / 2 + "\n");
    assertThat(FreeMemory.bytes(root)).isEqualTo(GIB);
  }

  @Test
  void isNoLimitWhereNothingIsTold() {
    assertThat(FreeMemory.bytes(root)).isGreaterThan(Long.MAX_VALUE / 2);
  }
}
