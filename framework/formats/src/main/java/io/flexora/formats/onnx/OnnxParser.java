package io.flexora.formats.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.flexora.formats.onnx.OnnxTensor.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the messages of {@code onnx.proto}. Data is skipped and only its place kept, so memory
 * grows with the graph alone. The protobuf reader checks every length against what is left.
 */
final class OnnxParser {
  private final CodedInputStream in;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxTensor> initialisers = new LinkedHashMap<>();
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private long operatorSet = -1;
  private int fieldStart;
  private int graphTag = -1;
  private int graphStart;
  private int graphEnd;

  private OnnxParser(ByteBuffer bytes) {
    in = CodedInputStream.newInstance(bytes.duplicate());
  }

  static OnnxLayout parse(ByteBuffer bytes) throws IOException {
    OnnxParser parser = new OnnxParser(bytes);
    parser.model();
    if (parser.graphTag < 0 || parser.nodes.isEmpty()) {
      throw new IllegalArgumentException("there is no graph in it");
    }
    return new OnnxLayout(
        parser.operatorSet,
        parser.graphTag,
        parser.graphStart,
        parser.graphEnd,
        parser.nodes,
        parser.initialisers,
        parser.inputs,
        parser.outputs);
  }

  /** Reads one field of a message, or leaves it to be skipped. */
  private interface Field {
    boolean read(int number, boolean delimited) throws IOException;
  }

  private void fields(Field field) throws IOException {
    fieldStart = position();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (!field.read(WireFormat.getTagFieldNumber(tag), delimited)) {
        in.skipField(tag);
      }
      fieldStart = position();
    }
  }

  private void message(Field field) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    fields(field);
    if (in.getBytesUntilLimit() != 0) {
      throw new IllegalArgumentException("a message ends early at byte " + position());
    }
    in.popLimit(outer);
  }

  private int position() {
    return in.getTotalBytesRead();
  }

  private void model() throws IOException {
    fields(
        (number, delimited) -> {
          if (number == 7 && delimited) {
            graph();
          } else if (number == 8 && delimited) {
            operatorSet();
          } else {
            return false;
          }
          return true;
        });
    if (!in.isAtEnd()) {
      throw new IllegalArgumentException("bytes are left at byte " + position());
    }
  }

  private void operatorSet() throws IOException {
    String[] domain = {""};
    long[] version = {-1};
    message(
        (number, delimited) -> {
          if (number == 1 && delimited) {
            domain[0] = in.readStringRequireUtf8();
          } else if (number == 2 && !delimited) {
            version[0] = in.readInt64();
          } else {
            return false;
          }
          return true;
        });
    if (domain[0].isEmpty() || domain[0].equals("ai.onnx")) {
      operatorSet = version[0];
    }
  }

  private void graph() throws IOException {
    if (graphTag >= 0) {
      throw new IllegalArgumentException("there are two graphs in it");
    }
    graphTag = fieldStart;
    int length = in.readRawVarint32();
    graphStart = position();
    int outer = in.pushLimit(length);
    graphEnd = graphStart + length;
    fields(this::graphField);
    if (in.getBytesUntilLimit() != 0) {
      throw new IllegalArgumentException("the graph ends early at byte " + position());
    }
    in.popLimit(outer);
  }

  private boolean graphField(int number, boolean delimited) throws IOException {
    if (!delimited) {
      return false;
    }
    switch (number) {
      case 1 -> nodes.add(node());
      case 5 -> initialiser();
      case 11 -> inputs.add(valueName());
      case 12 -> outputs.add(valueName());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void initialiser() throws IOException {
    OnnxTensor tensor = tensor();
    if (initialisers.put(tensor.name(), tensor) != null) {
      throw new IllegalArgumentException("there are two tensors '" + tensor.name() + "' in it");
    }
  }

  private String valueName() throws IOException {
    String[] name = {""};
    message(
        (number, delimited) -> {
          if (number == 1 && delimited) {
            name[0] = in.readStringRequireUtf8();
            return true;
          }
          return false;
        });
    return name[0];
  }

  private OnnxNode node() throws IOException {
    List<String> taken = new ArrayList<>();
    List<String> made = new ArrayList<>();
    String[] texts = {"", ""};
    Map<String, Double> numbers = new HashMap<>();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    message(
        (number, delimited) -> {
          if (!delimited) {
            return false;
          }
          switch (number) {
            case 1 -> taken.add(in.readStringRequireUtf8());
            case 2 -> made.add(in.readStringRequireUtf8());
            case 3 -> texts[0] = in.readStringRequireUtf8();
            case 4 -> texts[1] = in.readStringRequireUtf8();
            case 5 -> attribute(numbers, tensors);
            default -> {
              return false;
            }
          }
          return true;
        });
    return new OnnxNode(texts[1], texts[0], taken, made, numbers, tensors);
  }

  private void attribute(Map<String, Double> numbers, Map<String, OnnxTensor> tensors)
      throws IOException {
    String[] name = {""};
    List<Double> values = new ArrayList<>();
    List<OnnxTensor> tensor = new ArrayList<>();
    message(
        (number, delimited) -> {
          if (number == 1 && delimited) {
            name[0] = in.readStringRequireUtf8();
          } else if (number == 2 && !delimited) {
            values.add((double) in.readFloat());
          } else if (number == 3 && !delimited) {
            values.add((double) in.readInt64());
          } else if (number == 5 && delimited) {
            tensor.add(tensor());
          } else {
            return false;
          }
          return true;
        });
    values.forEach(v -> numbers.put(name[0], v));
    tensor.forEach(t -> tensors.put(name[0], t));
  }

  private OnnxTensor tensor() throws IOException {
    TensorFields tensor = new TensorFields();
    message((number, delimited) -> tensor.read(in, number, delimited));
    return tensor.toTensor();
  }

  /** The fields of one tensor while they are read. */
  private static final class TensorFields {
    private final List<Long> dimensions = new ArrayList<>();
    private String name = "";
    private int type;
    private Storage storage = Storage.NONE;
    private int offset;
    private int length;

    boolean read(CodedInputStream in, int number, boolean delimited) throws IOException {
      boolean single = number == 2 || number == 14;
      if (delimited ? single : number == 8 || number == 9) {
        return false;
      }
      switch (number) {
        case 1 -> dimensions(in, delimited);
        case 2 -> type = in.readInt32();
        case 4 -> place(in, delimited ? Storage.RAW : Storage.PIECES, delimited);
        case 7 -> place(in, delimited ? Storage.VARINTS : Storage.PIECES, delimited);
        case 8 -> name = in.readStringRequireUtf8();
        case 9 -> place(in, Storage.RAW, true);
        case 14 -> external(in.readInt32());
        default -> {
          return false;
        }
      }
      return true;
    }

    private void dimensions(CodedInputStream in, boolean packed) throws IOException {
      if (!packed) {
        dimensions.add(in.readInt64());
        return;
      }
      int outer = in.pushLimit(in.readRawVarint32());
      while (in.getBytesUntilLimit() > 0) {
        dimensions.add(in.readInt64());
      }
      in.popLimit(outer);
    }

    private void place(CodedInputStream in, Storage how, boolean delimited) throws IOException {
      if (storage != Storage.EXTERNAL) {
        storage = length > 0 ? Storage.PIECES : how;
      }
      if (!delimited) {
        skipNumber(in);
        return;
      }
      length = in.readRawVarint32();
      offset = in.getTotalBytesRead();
      in.skipRawBytes(length);
    }

    private void skipNumber(CodedInputStream in) throws IOException {
      in.skipField(in.getLastTag());
      length = 1;
    }

    private void external(int location) {
      storage = location == 1 ? Storage.EXTERNAL : storage;
    }

    OnnxTensor toTensor() {
      return new OnnxTensor(name, type, dimensions, storage, offset, length);
    }
  }
}
