package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
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
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
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

/**
 * How records become JSON: components by their names in snake case, sorted; doubles exact, NaN and
 * the infinities as null and null as NaN; an empty optional is null, and null or nothing is an
 * empty optional. Reading ignores keys that it does not know, so that a newer release's files are
 * read, and refuses a file that lacks a key or has another type than the record.
 */
final class RecordMapper {

  private RecordMapper() {}

  static JsonMapper make() {
    return JsonMapper.builder()
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
        .addModule(values())
        .build();
  }

  private static SimpleModule values() {
    RealReader reals = new RealReader();
    SimpleModule module = new SimpleModule();
    RecordShapes.register(module);
    return module
        .addSerializer(Double.class, new RealWriter())
        .addSerializer(double.class, new RealWriter())
        .addDeserializer(Double.class, reals)
        .addDeserializer(double.class, reals)
        .addSerializer(OptionalDouble.class, new OptionalRealWriter())
        .addDeserializer(OptionalDouble.class, new OptionalRealReader())
        .addSerializer(OptionalInt.class, new OptionalIntWriter())
        .addDeserializer(OptionalInt.class, new OptionalIntReader())
        .addSerializer(OptionalLong.class, new OptionalLongWriter())
        .addDeserializer(OptionalLong.class, new OptionalLongReader())
        .addSerializer(new OptionalWriter())
        .addDeserializer(Optional.class, new OptionalReader(null))
        .addSerializer(Figure.class, new FigureWriter())
        .addDeserializer(Figure.class, new FigureReader())
        .addSerializer(Instant.class, new TextWriter<>(Instant.class))
        .addDeserializer(Instant.class, new InstantReader())
        .addSerializer(Path.class, new TextWriter<>(Path.class));
  }

  private static void write(double value, JsonGenerator out) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
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

  private static final class RealWriter extends StdSerializer<Double> {

    private static final long serialVersionUID = 1L;

    RealWriter() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      write(value, out);
    }
  }

  private static final class RealReader extends StdDeserializer<Double> {

    private static final long serialVersionUID = 1L;

    RealReader() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return real(in, context);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return null;
    }
  }

  private static final class OptionalRealWriter extends StdSerializer<OptionalDouble> {

    private static final long serialVersionUID = 1L;

    OptionalRealWriter() {
      super(OptionalDouble.class);
    }

    @Override
    public void serialize(OptionalDouble value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      write(value.orElse(Double.NaN), out);
    }
  }

  private static final class OptionalRealReader extends StdDeserializer<OptionalDouble> {

    private static final long serialVersionUID = 1L;

    OptionalRealReader() {
      super(OptionalDouble.class);
    }

    @Override
    public OptionalDouble deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      return OptionalDouble.of(real(in, context));
    }

    @Override
    public OptionalDouble getNullValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }
  }

  private static final class OptionalIntWriter extends StdSerializer<OptionalInt> {

    private static final long serialVersionUID = 1L;

    OptionalIntWriter() {
      super(OptionalInt.class);
    }

    @Override
    public void serialize(OptionalInt value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        out.writeNumber(value.getAsInt());
      } else {
        out.writeNull();
      }
    }
  }

  private static final class OptionalIntReader extends StdDeserializer<OptionalInt> {

    private static final long serialVersionUID = 1L;

    OptionalIntReader() {
      super(OptionalInt.class);
    }

    @Override
    public OptionalInt deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      return OptionalInt.of(Math.toIntExact(whole(in, context)));
    }

    @Override
    public OptionalInt getNullValue(DeserializationContext context) {
      return OptionalInt.empty();
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return OptionalInt.empty();
    }
  }

  private static final class OptionalLongWriter extends StdSerializer<OptionalLong> {

    private static final long serialVersionUID = 1L;

    OptionalLongWriter() {
      super(OptionalLong.class);
    }

    @Override
    public void serialize(OptionalLong value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        out.writeNumber(value.getAsLong());
      } else {
        out.writeNull();
      }
    }
  }

  private static final class OptionalLongReader extends StdDeserializer<OptionalLong> {

    private static final long serialVersionUID = 1L;

    OptionalLongReader() {
      super(OptionalLong.class);
    }

    @Override
    public OptionalLong deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      return OptionalLong.of(whole(in, context));
    }

    @Override
    public OptionalLong getNullValue(DeserializationContext context) {
      return OptionalLong.empty();
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return OptionalLong.empty();
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

  private static final class FigureWriter extends StdSerializer<Figure> {

    private static final long serialVersionUID = 1L;

    FigureWriter() {
      super(Figure.class);
    }

    @Override
    public void serialize(Figure figure, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (figure instanceof Figure.Whole whole) {
        out.writeNumber(whole.value());
      } else if (figure instanceof Figure.Real real) {
        write(real.value(), out);
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
  }

  /** A number without a point is a whole one. */
  private static final class FigureReader extends StdDeserializer<Figure> {

    private static final long serialVersionUID = 1L;

    FigureReader() {
      super(Figure.class);
    }

    @Override
    public Figure deserialize(JsonParser in, DeserializationContext context) throws IOException {
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

    @Override
    public Figure getNullValue(DeserializationContext context) {
      return Figure.of(Double.NaN);
    }
  }

  private static final class TextWriter<T> extends StdSerializer<T> {

    private static final long serialVersionUID = 1L;

    TextWriter(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }

  private static final class InstantReader extends StdDeserializer<Instant> {

    private static final long serialVersionUID = 1L;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      try {
        return Instant.parse(in.getText());
      } catch (DateTimeException e) {
        return (Instant)
            context.handleWeirdStringValue(
                Instant.class, in.getText(), "not a time like 2026-01-02T03:04:05Z");
      }
    }
  }
}
