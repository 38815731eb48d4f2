package io.flexora.plugin.admission;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The methods and texts that a class file refers to by its constant pool (Java Virtual Machine
 * Specification, section 4.4).
 */
final class ConstantPool {

  private static final int MAGIC = 0xCAFEBABE;

  private final String[] texts;
  private final int[] first;
  private final int[] second;
  private final boolean[] methods;

  private ConstantPool(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("not a class file");
    }
    in.readInt();
    int count = in.readUnsignedShort();
    texts = new String[count];
    first = new int[count];
    second = new int[count];
    methods = new boolean[count];
    for (int i = 1; i < count; i++) {
      i += read(in, i);
    }
  }

  /**
   * Whether a class file refers to a method.
   *
   * @param type the method's class, such as {@code java/lang/Runtime}
   * @return {@code false} also of bytes that are no class file
   */
  static boolean refersTo(byte[] classFile, String type, String name) {
    return read(classFile).filter(pool -> pool.hasMethod(type, name)).isPresent();
  }

  /** Whether a class file has a text, such as that of a literal or a name. */
  static boolean hasText(byte[] classFile, String text) {
    return read(classFile).filter(pool -> Arrays.asList(pool.texts).contains(text)).isPresent();
  }

  private static Optional<ConstantPool> read(byte[] classFile) {
    try {
      return Optional.of(
          new ConstantPool(new DataInputStream(new ByteArrayInputStream(classFile))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads one constant; 1 if it takes two places. */
  private int read(DataInputStream in, int at) throws IOException {
    int tag = in.readUnsignedByte();
    switch (tag) {
      case 1 -> texts[at] = in.readUTF();
      case 7, 8, 16, 19, 20 -> first[at] = in.readUnsignedShort();
      case 9, 10, 11, 12, 17, 18 -> {
        first[at] = in.readUnsignedShort();
        second[at] = in.readUnsignedShort();
        methods[at] = tag == 10;
      }
      case 3, 4 -> in.readInt();
      case 15 -> in.skipNBytes(3);
      case 5, 6 -> {
        in.readLong();
        return 1;
      }
      default -> throw new IOException("constant of the unknown type " + tag);
    }
    return 0;
  }

  private boolean hasMethod(String type, String name) {
    for (int i = 1; i < methods.length; i++) {
      if (methods[i]
          && type.equals(text(index(first, first[i])))
          && name.equals(text(index(first, second[i])))) {
        return true;
      }
    }
    return false;
  }

  private static int index(int[] places, int at) {
    return at < places.length ? places[at] : 0;
  }

  private String text(int at) {
    return at < texts.length ? texts[at] : null;
  }
}
