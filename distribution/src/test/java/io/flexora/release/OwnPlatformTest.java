package io.flexora.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnPlatformTest {

  @TempDir Path folder;

  private static byte[] elf(int machine) {
    return head().putInt(0, 0x464c457f).putShort(18, (short) machine).array();
  }

  private static byte[] mach(int processor, int type) {
    return head().putInt(0, 0xfeedfacf).putInt(4, processor).putInt(12, type).array();
  }

  private static byte[] pe(int machine) {
    return head()
        .putShort(0, (short) 0x5a4d)
        .putInt(0x3c, 0x80)
        .putInt(0x80, 0x4550)
        .putShort(0x84, (short) machine)
        .array();
  }

  private static ByteBuffer head() {
    return ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A library of two processors, or a class of version 52. */
  private static byte[] babe(int partsOrVersion) {
    return head()
        .order(ByteOrder.BIG_ENDIAN)
        .putInt(0, 0xcafebabe)
        .putInt(4, partsOrVersion)
        .array();
  }

  private Path jar() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    files.put("A.class", babe(52));
    files.put("accessor.bytes", babe(49));
    files.put("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n".getBytes(StandardCharsets.UTF_8));
    files.put("linux/arm.so", elf(0xb7));
    files.put("linux/x86.so", elf(0x3e));
    files.put("mac/arm.dylib", mach(0x0100000c, 6));
    files.put("mac/both.dylib", babe(2));
    files.put("mac/dSYM/x86", mach(0x01000007, 10));
    files.put("mac/x86.dylib", mach(0x01000007, 6));
    files.put("win/x86.dll", pe(0x8664));
    files.put(
        "win/x86.pdb",
        ByteBuffer.allocate(256)
            .put("Microsoft C/C++ MSF 7.00".getBytes(StandardCharsets.US_ASCII))
            .array());
    Path jar = folder.resolve("natives.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTime(1_700_000_000_000L);
        out.putNextEntry(entry);
        out.write(file.getValue());
      }
    }
    return jar;
  }

  private static List<String> entries(Path jar) throws IOException {
    try (ZipFile file = new ZipFile(jar.toFile())) {
      List<String> names = new ArrayList<>();
      file.stream().filter(e -> !e.isDirectory()).forEach(e -> names.add(e.getName()));
      return names;
    }
  }

  @Test
  void keepsWhatThePlatformRunsAndWhatIsNoNativeLibrary() throws IOException {
    Path jar = jar();
    OwnPlatform.main(new String[] {folder.toString(), "linux-x86_64"});
    assertThat(entries(jar))
        .containsExactlyInAnyOrder(
            "A.class", "META-INF/MANIFEST.MF", "accessor.bytes", "linux/x86.so");
  }

  @Test
  void keepsLibrariesForSeveralProcessorsAndLeavesOutWhatDebuggersRead() throws IOException {
    assertThat(OwnPlatform.foreign(jar(), "osx-x86_64"))
        .containsExactlyInAnyOrder(
            "/linux/arm.so",
            "/linux/x86.so",
            "/mac/arm.dylib",
            "/mac/dSYM/x86",
            "/win/x86.dll",
            "/win/x86.pdb");
    assertThat(OwnPlatform.foreign(jar(), "win-x86_64")).doesNotContain("/win/x86.dll");
  }

  @Test
  void theSameJarComesOutTwice() throws IOException {
    Path jar = jar();
    OwnPlatform.reduce(jar, "linux-x86_64");
    byte[] first = Files.readAllBytes(jar);
    jar = jar();
    OwnPlatform.reduce(jar, "linux-x86_64");
    assertThat(Files.readAllBytes(jar)).isEqualTo(first);
    assertThat(OwnPlatform.reduce(jar, "linux-x86_64")).isEmpty();
  }
}
