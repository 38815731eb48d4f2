package io.flexora.numerics.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive in memory: a zip of stored entries that holds one module object without
 * tensors, and the source text of its class.
 */
final class ScriptArchive {
  private static final String CLASS = "Methods";
  // The oldest version in which today's operators have the signatures that they have today.
  private static final String VERSION = "10\n";

  private ScriptArchive() {}

  static byte[] of(String methods) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "data.pkl", object());
      put(zip, "code/__torch__.py", text(classOf(methods)));
      put(zip, "constants.pkl", emptyTuple());
      put(zip, "version", text(VERSION));
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private static String classOf(String methods) {
    return "class "
        + CLASS
        + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
        + methods;
  }

  /** A pickle of {@code __torch__.Methods()} whose only attribute is {@code training = True}. */
  private static byte[] object() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // protocol 2
    pickle.writeBytes(text("c__torch__\n" + CLASS + "\n")); // push the class
    pickle.writeBytes(new byte[] {')', (byte) 0x81}); // an object of it from no arguments
    pickle.writeBytes(text("}(")); // its attributes
    byte[] attribute = text("training");
    pickle.writeBytes(new byte[] {'X', (byte) attribute.length, 0, 0, 0});
    pickle.writeBytes(attribute);
    pickle.writeBytes(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // true; set, build, stop
    return pickle.toByteArray();
  }

  private static byte[] emptyTuple() {
    return new byte[] {(byte) 0x80, 2, ')', '.'};
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("methods/" + name);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
