package io.flexora.model.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Files that are almost ONNX models: in a model's messages, fields are deleted, repeated, exchanged
 * and changed at any depth, or bytes are flipped. Each number makes the same file always.
 */
final class OnnxMutants {
  private static final String[] OPERATORS = {
    "Reshape",
    "Slice",
    "Gather",
    "Concat",
    "Expand",
    "Tile",
    "Loop",
    "If",
    "Scan",
    "Conv",
    "MatMul",
    "Pad",
    "Resize",
    "Range",
    "ConstantOfShape",
    "Mod",
    "Div",
    "Split",
    "Squeeze",
    "Transpose",
    "ScatterND",
    "NonZero",
    "Einsum",
    "TopK",
    "Softmax",
    "Cast",
    "Identity",
    "MaxPool",
    "LSTM"
  };
  private static final long[] NUMBERS = {
    0, 1, 2, 7, 9, 16, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 1L << 40, 0x7fff_ffffL
  };

  private OnnxMutants() {}

  /** One field of a message; a message in it is read further where that is possible. */
  private static final class Field {
    private final int number;
    private final int wire;
    private long value;
    private byte[] bytes = {};
    private List<Field> inner;

    private Field(int number, int wire) {
      this.number = number;
      this.wire = wire;
    }
  }

  /** Makes the file of a number. */
  static byte[] mutant(List<byte[]> originals, long number) {
    Random random = new Random(number * 0x9e3779b97f4a7c15L);
    byte[] original = originals.get(random.nextInt(originals.size()));
    if (random.nextInt(6) == 0) {
      return flipped(original.clone(), random);
    }
    try {
      List<Field> model = parsed(original, 0);
      for (int changes = 1 + random.nextInt(4) / 2; changes > 0; changes--) {
        change(model, random);
      }
      return written(model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static List<Field> parsed(byte[] bytes, int depth) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    List<Field> fields = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Field field = new Field(WireFormat.getTagFieldNumber(tag), WireFormat.getTagWireType(tag));
      switch (field.wire) {
        case WireFormat.WIRETYPE_VARINT -> field.value = in.readRawVarint64();
        case WireFormat.WIRETYPE_FIXED32 -> field.value = in.readFixed32();
        case WireFormat.WIRETYPE_FIXED64 -> field.value = in.readFixed64();
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          field.bytes = in.readByteArray();
          field.inner = depth < 8 ? message(field.bytes, depth) : null;
        }
        default -> throw new IOException("group");
      }
      fields.add(field);
    }
    return fields;
  }

  /** The fields of a message, or null if it is a text or data. */
  private static List<Field> message(byte[] bytes, int depth) {
    try {
      List<Field> fields = parsed(bytes, depth + 1);
      return fields.isEmpty() || fields.stream().anyMatch(f -> f.number > 30) ? null : fields;
    } catch (IOException e) {
      return null;
    }
  }

  private static void change(List<Field> model, Random random) {
    List<List<Field>> lists = new ArrayList<>();
    collect(model, lists);
    List<Field> list = lists.get(random.nextInt(lists.size()));
    if (list.isEmpty()) {
      return;
    }
    int at = random.nextInt(list.size());
    Field field = list.get(at);
    switch (random.nextInt(7)) {
      case 0 -> list.remove(at);
      case 1 -> list.add(random.nextInt(list.size() + 1), field);
      case 2 -> list.set(at, list.get(random.nextInt(list.size())));
      case 3 -> {
        List<Field> other = lists.get(random.nextInt(lists.size()));
        Field taken = other.isEmpty() ? field : other.get(random.nextInt(other.size()));
        // A message in itself would have no end.
        if (taken.inner == null) {
          list.set(at, taken);
        }
      }
      default -> alter(field, random);
    }
  }

  private static void alter(Field field, Random random) {
    field.value = NUMBERS[random.nextInt(NUMBERS.length)];
    if (field.inner == null && field.wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      byte[] bytes = field.bytes;
      field.bytes =
          switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 2 -> bytes.length == 0 ? bytes : flipped(bytes.clone(), random);
            default -> OPERATORS[random.nextInt(OPERATORS.length)].getBytes(StandardCharsets.UTF_8);
          };
    }
  }

  private static void collect(List<Field> fields, List<List<Field>> lists) {
    lists.add(fields);
    fields.stream()
        .filter(field -> field.inner != null)
        .forEach(field -> collect(field.inner, lists));
  }

  private static byte[] written(List<Field> fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Field field : fields) {
      out.writeTag(field.number, field.wire);
      switch (field.wire) {
        case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(field.value);
        case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag((int) field.value);
        case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(field.value);
        default ->
            out.writeByteArrayNoTag(field.inner == null ? field.bytes : written(field.inner));
      }
    }
    out.flush();
    return bytes.toByteArray();
  }
}
