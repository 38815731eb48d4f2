package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.introspect.AccessorNamingStrategy;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMethod;
import com.fasterxml.jackson.databind.introspect.DefaultAccessorNamingStrategy;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.flexora.api.run.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The JSON of records: components by their names in snake case, sorted; doubles exact, NaN and the
 * infinities as null and null as NaN; an empty optional is null, and null or nothing is an empty
 * optional. Reading ignores keys that it does not know, so that a newer release's files are read,
 * and refuses a file that lacks a key or has another type than the record.
 */
final class RecordMapper {

  private static final Figure NO_NUMBER = Figure.of(Double.NaN);

  private RecordMapper() {}

  static JsonMapper make() {
    JsonMapper plain = plain();
    return plain.rebuild().addModule(RecordShapes.cells(plain)).build();
  }

  private static JsonMapper plain() {
    return JsonMapper.builder()
        .accessorNaming(new ComponentNames())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .enable(DeserializationFeature.USE_LONG_FOR_INTS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .annotationIntrospector(
            AnnotationIntrospector.pair(
                new RecordComponents(), new JacksonAnnotationIntrospector()))
        .addModule(values())
        .build();
  }

  /** Of a record, its components alone are written, and no {@code is...} or {@code get...}. */
  private static final class ComponentNames extends DefaultAccessorNamingStrategy.Provider {

    private static final long serialVersionUID = 1L;

    @Override
    public AccessorNamingStrategy forRecord(MapperConfig<?> config, AnnotatedClass record) {
      return new DefaultAccessorNamingStrategy.RecordNaming(config, record) {
        @Override
        public String findNameForRegularGetter(AnnotatedMethod method, String name) {
          return _fieldNames.contains(name) ? name : null;
        }

        @Override
        public String findNameForIsGetter(AnnotatedMethod method, String name) {
          return null;
        }
      };
    }
  }

  private static SimpleModule values() {
    SimpleModule module = new SimpleModule();
    RecordShapes.register(module);
    numbers(module);
    return module
        .addSerializer(new OptionalWriter())
        .addDeserializer(Optional.class, new OptionalReader(null))
        .addSerializer(new Writer<>(Figure.class, RecordMapper::write))
        .addDeserializer(
            Figure.class, new Reader<>(Figure.class, RecordMapper::figure, NO_NUMBER, NO_NUMBER))
        .addSerializer(new Writer<>(Instant.class, RecordMapper::writeText))
        .addDeserializer(
            Instant.class, new Reader<>(Instant.class, RecordMapper::instant, null, null))
        .addSerializer(new Writer<>(Path.class, RecordMapper::writeText));
  }

  /** A double that is null is NaN, but one that is not there is missing. */
  private static void numbers(SimpleModule module) {
    Writer<Double> writer = new Writer<>(Double.class, (out, value, p) -> write(out, value));
    Reader<Double> reader = new Reader<>(Double.class, RecordMapper::real, Double.NaN, null);
    module
        .addSerializer(Double.class, writer)
        .addSerializer(double.class, writer)
        .addDeserializer(Double.class, reader)
        .addDeserializer(double.class, reader);
    optional(
        module,
        OptionalDouble.class,
        (out, value, provider) -> write(out, value.orElse(Double.NaN)),
        (in, context) -> OptionalDouble.of(real(in, context)),
        OptionalDouble.empty());
    optional(
        module,
        OptionalInt.class,
        (out, value, provider) -> write(out, value.stream().asLongStream()),
        (in, context) -> OptionalInt.of(Math.toIntExact(whole(in, context))),
        OptionalInt.empty());
    optional(
        module,
        OptionalLong.class,
        (out, value, provider) -> write(out, value.stream()),
        (in, context) -> OptionalLong.of(whole(in, context)),
        OptionalLong.empty());
  }

  private static <T> void optional(
      SimpleModule module, Class<T> type, Write<T> write, Read<T> read, T empty) {
    module
        .addSerializer(new Writer<>(type, write, empty))
        .addDeserializer(type, new Reader<>(type, read, empty, empty));
  }

  private static void write(JsonGenerator out, double value) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }

  private static void write(JsonGenerator out, LongStream atMostOne) throws IOException {
    OptionalLong value = atMostOne.findFirst();
    if (value.isPresent()) {
      out.writeNumber(value.getAsLong());
    } else {
      out.writeNull();
    }
  }

  private static void writeText(JsonGenerator out, Object value, SerializerProvider provider)
      throws IOException {
    out.writeString(value.toString());
  }

  private static double real(JsonParser in, DeserializationContext context) throws IOException {
    if (in.currentToken().isNumeric()) {
      return in.getDoubleValue();
    }
    return (Double) context.handleUnexpectedToken(Double.class, in);
  }

  private static long whole(JsonParser in, DeserializationContext context) throws IOException {
    return in.currentToken() == JsonToken.VALUE_NUMBER_INT
        ? in.getLongValue()
        : (Long) context.handleUnexpectedToken(Long.class, in);
  }

  private static Instant instant(JsonParser in, DeserializationContext context) throws IOException {
    try {
      return Instant.parse(in.getText());
    } catch (DateTimeException e) {
      return (Instant)
          context.handleWeirdStringValue(
              Instant.class, in.getText(), "not a time like 2026-01-02T03:04:05Z");
    }
  }

  private static void write(JsonGenerator out, Figure figure, SerializerProvider provider)
      throws IOException {
    if (figure instanceof Figure.Whole whole) {
      out.writeNumber(whole.value());
    } else if (figure instanceof Figure.Real real) {
      write(out, real.value());
    } else if (figure instanceof Figure.Flag flag) {
      out.writeBoolean(flag.value());
    } else if (figure instanceof Figure.Text text) {
      out.writeString(text.value());
    } else if (figure instanceof Figure.Wholes wholes) {
      provider.defaultSerializeValue(wholes.values(), out);
    } else if (figure instanceof Figure.Reals reals) {
      provider.defaultSerializeValue(reals.values(), out);
    }
  }

  /** A number without a point is a whole one. */
  private static Figure figure(JsonParser in, DeserializationContext context) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NUMBER_INT -> Figure.of(in.getLongValue());
      case VALUE_NUMBER_FLOAT -> Figure.of(in.getDoubleValue());
      case VALUE_TRUE, VALUE_FALSE -> Figure.of(in.getBooleanValue());
      case VALUE_STRING -> Figure.of(in.getText());
      case START_ARRAY -> list(in, context);
      default -> (Figure) context.handleUnexpectedToken(Figure.class, in);
    };
  }

  private static Figure list(JsonParser in, DeserializationContext context) throws IOException {
    List<Number> numbers = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      switch (in.currentToken()) {
        case VALUE_NUMBER_INT -> numbers.add(in.getLongValue());
        case VALUE_NUMBER_FLOAT -> numbers.add(in.getDoubleValue());
        case VALUE_NULL -> numbers.add(Double.NaN);
        default -> {
          return (Figure) context.handleUnexpectedToken(Figure.class, in);
        }
      }
    }
    return Figure.of(numbers);
  }

  /** The writing of a value. */
  @FunctionalInterface
  interface Write<T> {
    void to(JsonGenerator out, T value, SerializerProvider provider) throws IOException;
  }

  /** The reading of a value that is not null. */
  @FunctionalInterface
  interface Read<T> {
    T from(JsonParser in, DeserializationContext context) throws IOException;
  }

  static final class Writer<T> extends StdSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final transient Write<? super T> write;
    private final transient T empty;

    Writer(Class<T> type, Write<? super T> write) {
      this(type, write, null);
    }

    /**
     * Makes a writer.
     *
     * @param empty the empty value; null if there is none
     */
    Writer(Class<T> type, Write<? super T> write, T empty) {
      super(type);
      this.write = write;
      this.empty = empty;
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, T value) {
      return value.equals(empty);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      write.to(out, value, provider);
    }
  }

  static final class Reader<T> extends StdDeserializer<T> {

    private static final long serialVersionUID = 1L;

    private final transient Read<T> read;
    private final transient T ofNull;
    private final transient T ofNothing;

    /**
     * Makes a reader.
     *
     * @param ofNull what null stands for
     * @param ofNothing what a missing key stands for; null if it may not be missing
     */
    Reader(Class<T> type, Read<T> read, T ofNull, T ofNothing) {
      super(type);
      this.read = read;
      this.ofNull = ofNull;
      this.ofNothing = ofNothing;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return read.from(in, context);
    }

    @Override
    public T getNullValue(DeserializationContext context) {
      return ofNull;
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return ofNothing;
    }
  }

  private static final class OptionalWriter extends StdSerializer<Optional<?>> {

    private static final long serialVersionUID = 1L;

    OptionalWriter() {
      super(Optional.class, false);
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Optional<?> value) {
      return value.isEmpty();
    }

    @Override
    public void serialize(Optional<?> value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(value.orElse(null), out);
    }
  }

  private static final class OptionalReader extends StdDeserializer<Optional<?>>
      implements ContextualDeserializer {

    private static final long serialVersionUID = 1L;

    private final transient JsonDeserializer<?> content;

    OptionalReader(JsonDeserializer<?> content) {
      super(Optional.class);
      this.content = content;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, BeanProperty property) throws JsonMappingException {
      return new OptionalReader(
          context.findContextualValueDeserializer(
              context.getContextualType().containedType(0), property));
    }

    @Override
    public Optional<?> deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      return Optional.of(content.deserialize(in, context));
    }

    @Override
    public Optional<?> getNullValue(DeserializationContext context) {
      return Optional.empty();
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Optional.empty();
    }
  }
}
