package io.flexora.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostCacheTest {

  @TempDir Path folder;

  @Test
  void itLiesInTheUsersCache() {
    Path own = folder.resolve("caches/flexora/host");
    assertThat(HostCache.usable(own)).isEqualTo(own).isEmptyDirectory();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void withoutOneItIsAFolderThatNobodyElseMayEnter() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    for (Path own : new Path[] {file.resolve("host"), Path.of("?/.cache/flexora/host")}) {
      Path temporary = HostCache.usable(own);
      try {
        assertThat(temporary).isEmptyDirectory();
        assertThat(Files.getPosixFilePermissions(temporary))
            .containsExactlyInAnyOrder(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE);
      } finally {
        Files.delete(temporary);
      }
    }
    assertThat(Path.of("?")).doesNotExist();
  }
}
