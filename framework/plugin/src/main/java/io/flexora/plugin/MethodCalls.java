package io.flexora.plugin;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * The methods that a class file refers to by its constant pool (Java Virtual Machine Specification,
 * section 4.4).
 */
final class MethodCalls {

  private static final int MAGIC = 0xCAFEBABE;

  private final String[] texts;
  private final int[] first;
  private final int[] second;
  private final boolean[] methods;

  private MethodCalls(DataInputStream in) throws IOException {
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
  static boolean contain(byte[] classFile, String type, String name) {
    try {
      return new MethodCalls(new DataInputStream(new ByteArrayInputStream(classFile)))
          .has(type, name);
    } catch (IOException | ArrayIndexOutOfBoundsException e) {
      return false;
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

  private boolean has(String type, String name) {
    for (int i = 1; i < methods.length; i++) {
      if (methods[i]
          && type.equals(texts[first[first[i]]])
          && name.equals(texts[first[second[i]]])) {
        return true;
      }
    }
    return false;
  }
}
