package io.flexora.plugin.admission;

import io.flexora.plugin.status.PluginStatus.PluginState;
import io.flexora.plugin.status.RefusedException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads a jar once from end to end: names that stay inside, sizes within bounds, bytes that agree
 * with their checksums and, if the jar is signed, with their signatures, and no class, be it in a
 * jar inside, that calls {@link Runtime#halt}, by which it could end the process as if the command
 * had succeeded.
 */
public final class JarContent {

  private static final int ENTRIES_MAXIMUM = 50_000;
  private static final long BYTES_MAXIMUM = 1L << 30;
  private static final long RATIO_MAXIMUM = 200;
  // Small files compress arbitrarily well, so the ratio says something only above this size.
  private static final long RATIO_FROM = 16L << 20;
  private static final int CLASS_MAXIMUM = 1 << 20;

  private final Path jar;
  private final byte[] buffer = new byte[1 << 16];
  private long inflated;

  private JarContent(Path jar) {
    this.jar = jar;
  }

  static void check(Path jar) throws IOException, RefusedException {
    new JarContent(jar).check();
  }

  private void check() throws IOException, RefusedException {
    try (JarFile opened = new JarFile(jar.toFile(), true)) {
      if (opened.size() > ENTRIES_MAXIMUM) {
        throw refused("it has %,d entries; at most %,d".formatted(opened.size(), ENTRIES_MAXIMUM));
      }
      Set<String> names = new HashSet<>();
      for (ZipEntry entry :
          (Iterable<ZipEntry>) opened.stream().map(ZipEntry.class::cast)::iterator) {
        checkName(entry.getName());
        if (!names.add(entry.getName())) {
          throw refused("it has two entries named '" + entry.getName() + "'");
        }
        read(opened, entry);
      }
    } catch (SecurityException e) {
      throw refused("it was changed after it was signed: " + e.getMessage());
    }
  }

  /** Whether a class of a jar has a text; {@code false} also of what cannot be read as a jar. */
  public static boolean mentions(Path jar, String text) {
    return hasClass(jar, classFile -> ConstantPool.hasText(classFile, text));
  }

  private static boolean hasClass(Path jar, Predicate<byte[]> wanted) {
    if (!Files.isRegularFile(jar)) {
      return false;
    }
    try (JarFile opened = new JarFile(jar.toFile(), false)) {
      for (ZipEntry entry : Collections.list(opened.entries())) {
        if (entry.getName().endsWith(".class") && wanted.test(classFile(opened, entry))) {
          return true;
        }
      }
      return false;
    } catch (IOException | SecurityException e) {
      return false;
    }
  }

  /**
   * Whether a class of a jar refers to a method; {@code false} also of what cannot be read as a
   * jar.
   *
   * @param type the method's class, such as {@code java/lang/Runtime}
   */
  public static boolean calls(Path jar, String type, String method) {
    return hasClass(jar, classFile -> ConstantPool.refersTo(classFile, type, method));
  }

  private static byte[] classFile(JarFile jar, ZipEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readNBytes(CLASS_MAXIMUM);
    }
  }

  private void checkName(String name) throws RefusedException {
    boolean climbs = List.of(name.replace('\\', '/').split("/", -1)).contains("..");
    boolean absolute = name.startsWith("/") || name.matches("[A-Za-z]:.*");
    if (climbs || absolute || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
      throw refused("its entry '" + name + "' has a name that could lead out of the jar");
    }
  }

  private void read(JarFile opened, ZipEntry entry) throws IOException, RefusedException {
    try (CheckedInputStream in =
        new CheckedInputStream(opened.getInputStream(entry), new CRC32())) {
      if (entry.getName().endsWith(".class")) {
        checkCalls(entry.getName(), in);
      } else if (entry.getName().endsWith(".jar")) {
        checkLibrary(entry.getName(), in);
      }
      drain(in);
      if (entry.getCrc() >= 0 && in.getChecksum().getValue() != entry.getCrc()) {
        throw damaged(entry);
      }
    } catch (ZipException | EOFException e) {
      throw damaged(entry);
    }
  }

  private void checkCalls(String name, InputStream in) throws IOException, RefusedException {
    byte[] classFile = in.readNBytes(CLASS_MAXIMUM);
    inflated += classFile.length;
    if (ConstantPool.refersTo(classFile, "java/lang/Runtime", "halt")) {
      throw refused(
          "its class '%s' calls Runtime.halt, which ends the process without a word; throw an exception instead, or leave the class out if it is a library's"
              .formatted(name));
    }
  }

  /** A library that is packed as a jar may be on the class path of the bundle. */
  private void checkLibrary(String name, InputStream in) throws IOException, RefusedException {
    JarContent library = new JarContent(jar);
    try (ZipInputStream entries = new ZipInputStream(leftOpen(in))) {
      ZipEntry entry = entries.getNextEntry();
      while (entry != null) {
        if (entry.getName().endsWith(".class")) {
          library.checkCalls(name + "!/" + entry.getName(), entries);
        }
        library.drain(entries);
        entry = entries.getNextEntry();
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      // What cannot be read as a jar has no classes to look at.
    }
  }

  /** What follows the last entry of a jar inside counts for its checksum. */
  private static InputStream leftOpen(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public void close() {
        // Its owner closes it.
      }
    };
  }

  private RefusedException damaged(ZipEntry entry) {
    return new RefusedException(
        PluginState.NOT_A_PLUGIN,
        "the jar is damaged: '" + entry.getName() + "' does not fit its checksum; copy it again");
  }

  private void drain(InputStream in) throws IOException, RefusedException {
    long most = Math.min(BYTES_MAXIMUM, Math.max(RATIO_FROM, RATIO_MAXIMUM * Files.size(jar)));
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      inflated += n;
      if (inflated > most) {
        throw refused(
            "its entries inflate to more than %,d bytes, as a zip bomb's do".formatted(most));
      }
    }
  }

  private static RefusedException refused(String cause) {
    return new RefusedException(PluginState.REFUSED, cause);
  }
}
