package io.flexora.formats.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks whether each tensor of a file, those of attributes and of graphs in graphs included, has as
 * much data as its shape says. Native code that loads ONNX files reads some of them without asking,
 * and then whatever lies behind their data.
 */
final class TensorAudit {
  private static final int MOST_DEPTH = 16;
  private static final int STRING = 8;

  /** The bytes of an element by the number of its type; 0 where the type is not read. */
  private static final int[] ELEMENT_BYTES = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 0, 0, 2};

  /** The field of typed data by the number of the type. */
  private static final int[] TYPED_FIELD = {0, 4, 5, 5, 5, 5, 5, 7, 6, 5, 5, 10, 11, 11, 0, 0, 5};

  private final Path path;
  private final CodedInputStream in;
  private int depth;

  private TensorAudit(Path path, ByteBuffer bytes) {
    this.path = path;
    this.in = CodedInputStream.newInstance(bytes.duplicate());
  }

  /**
   * Checks a file.
   *
   * @throws FlexoraException if a tensor has more or less data than its shape says, or is of a kind
   *     that is not known; names it
   */
  static void check(Path path, ByteBuffer bytes) throws IOException {
    TensorAudit audit = new TensorAudit(path, bytes);
    audit.fields(
        number ->
            switch (number) {
              case 7 -> audit.message(audit::graph);
              case 25 -> audit.message(audit::function);
              default -> false;
            });
  }

  private interface Fields {
    /** Reads a field, or leaves it to be skipped. */
    boolean read(int number) throws IOException;
  }

  private interface Body {
    void read() throws IOException;
  }

  private void fields(Fields fields) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!fields.read(WireFormat.getTagFieldNumber(tag))) {
        in.skipField(tag);
      }
    }
  }

  private boolean delimited() {
    return WireFormat.getTagWireType(in.getLastTag()) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private boolean message(Body body) throws IOException {
    if (!delimited()) {
      return false;
    }
    depth++;
    if (depth > MOST_DEPTH) {
      throw new FlexoraException(path + " has graphs in graphs, too many of them");
    }
    int outer = in.pushLimit(in.readRawVarint32());
    body.read();
    in.popLimit(outer);
    depth--;
    return true;
  }

  private void function() throws IOException {
    fields(number -> (number == 7 && message(this::node)) || (number == 11 && attribute()));
  }

  private void graph() throws IOException {
    fields(
        number ->
            switch (number) {
              case 1 -> message(this::node);
              case 5 -> message(this::tensor);
              case 15 -> throw sparse();
              default -> false;
            });
  }

  private void node() throws IOException {
    fields(number -> number == 5 && attribute());
  }

  private boolean attribute() throws IOException {
    int[] tensors = {0};
    return message(
        () ->
            fields(
                number ->
                    switch (number) {
                      case 5 -> {
                        if (++tensors[0] > 1) {
                          // A reader of protobuf makes one of the two.
                          throw new FlexoraException(path + " has an attribute of two tensors");
                        }
                        yield message(this::tensor);
                      }
                      case 10 -> message(this::tensor);
                      case 6, 11 -> message(this::graph);
                      case 22, 23 -> throw sparse();
                      default -> false;
                    }));
  }

  private FlexoraException sparse() {
    return new FlexoraException(
        path + " has sparse tensors, which are not read. Export it densely");
  }

  /** The parts found of one tensor. */
  private static final class Found {
    private final List<Long> dimensions = new ArrayList<>();
    private final Map<Integer, Long> typed = new HashMap<>();
    private int type;
    private String name = "";
    private long raw = -1;
    private boolean external;
  }

  private void tensor() throws IOException {
    Found found = new Found();
    fields(number -> tensorField(found, number));
    long elements = elements(found);
    require(found, !found.external, "keeps its data in another file; save the model as one file");
    require(
        found,
        found.type > 0
            && found.type < ELEMENT_BYTES.length
            && (found.type == STRING || ELEMENT_BYTES[found.type] > 0),
        "has elements of type " + found.type + ", which is not read");
    if (found.raw >= 0) {
      require(
          found,
          found.typed.isEmpty() && found.type != STRING,
          "has its data twice, or texts as raw data");
      require(
          found,
          found.raw == elements * ELEMENT_BYTES[found.type],
          "has shape %s but %d bytes of data".formatted(found.dimensions, found.raw));
    } else {
      int field = TYPED_FIELD[found.type];
      require(
          found,
          found.typed.getOrDefault(field, 0L) == elements
              && found.typed.keySet().stream().allMatch(f -> f == field),
          "has shape %s but other data (%s elements)"
              .formatted(found.dimensions, found.typed.values()));
    }
  }

  private long elements(Found found) {
    long elements = 1;
    for (long dimension : found.dimensions) {
      require(
          found, dimension >= 0 && dimension <= Integer.MAX_VALUE, "has shape " + found.dimensions);
      elements *= dimension;
      require(found, elements <= Integer.MAX_VALUE, "has shape " + found.dimensions);
    }
    return elements;
  }

  private void require(Found found, boolean right, String what) {
    if (!right) {
      throw new FlexoraException(
          "%s: tensor '%s' %s. Fetch or export the model again".formatted(path, found.name, what));
    }
  }

  private boolean tensorField(Found found, int number) throws IOException {
    switch (number) {
      case 1 -> integers(found.dimensions);
      case 2 -> found.type = in.readInt32();
      case 4 -> found.typed.merge(4, count(Float.BYTES), Long::sum);
      case 5, 7, 11 -> {
        List<Long> values = new ArrayList<>();
        integers(values);
        found.typed.merge(number, (long) values.size(), Long::sum);
      }
      case 6 -> {
        in.skipField(in.getLastTag());
        found.typed.merge(6, 1L, Long::sum);
      }
      case 8 -> found.name = in.readStringRequireUtf8();
      case 9 -> {
        found.raw = in.readRawVarint32();
        in.skipRawBytes((int) found.raw);
      }
      case 10 -> found.typed.merge(10, count(Double.BYTES), Long::sum);
      case 14 -> found.external = in.readInt32() != 0;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The number of elements of a fixed size in a field, packed or alone. */
  private long count(int bytes) throws IOException {
    if (!delimited()) {
      in.skipField(in.getLastTag());
      return 1;
    }
    int length = in.readRawVarint32();
    in.skipRawBytes(length);
    return length % bytes == 0 ? length / bytes : -1;
  }

  private void integers(List<Long> values) throws IOException {
    if (!delimited()) {
      values.add(in.readInt64());
      return;
    }
    int outer = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      values.add(in.readInt64());
    }
    in.popLimit(outer);
  }
}
