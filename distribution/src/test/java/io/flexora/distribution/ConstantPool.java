package io.flexora.distribution;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The string literals of a class file (Java Virtual Machine Specification, section 4.4). */
final class ConstantPool {

  private static final int MAGIC = 0xCAFEBABE;

  private ConstantPool() {}

  /** Reads the constants of type String, which the code of a class loads. */
  static List<String> strings(InputStream classFile) throws IOException {
    DataInputStream in = new DataInputStream(classFile);
    if (in.readInt() != MAGIC) {
      throw new IOException("not a class file");
    }
    in.readInt();
    int count = in.readUnsignedShort();
    String[] texts = new String[count];
    List<Integer> strings = new ArrayList<>();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts[i] = in.readUTF();
        case 8 -> strings.add(in.readUnsignedShort());
        case 7, 16, 19, 20 -> in.readUnsignedShort();
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
        case 15 -> in.skipNBytes(3);
        case 5, 6 -> {
          in.readLong();
          i++;
        }
        default -> throw new IOException("constant of the unknown type " + tag);
      }
    }
    return strings.stream().map(index -> texts[index]).toList();
  }
}
