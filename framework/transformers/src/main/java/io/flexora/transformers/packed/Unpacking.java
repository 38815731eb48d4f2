package io.flexora.transformers.packed;

import io.flexora.numerics.torch.ScriptText;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The TorchScript that unpacks matrices of some formats, {@code self.unpack(p, format, into)}.
 *
 * @since 0.1
 */
public final class Unpacking {

  /** So many numbers at once stay in a processor's cache from one operation to the next. */
  private static final int NUMBERS_AT_ONCE = 1 << 19;

  private final List<WeightFormat> formats;

  /** Knows some formats; the same one may be there more than once. */
  public Unpacking(List<WeightFormat> formats) {
    this.formats =
        formats.stream()
            .distinct()
            .sorted(
                Comparator.comparing((WeightFormat f) -> !f.byRows())
                    .thenComparing(WeightFormat::name))
            .toList();
  }

  /** The number by which the text knows a format. */
  public int number(WeightFormat format) {
    return formats.indexOf(format);
  }

  /** The methods. */
  public ScriptText text() {
    String each =
        IntStream.range(0, formats.size())
            .mapToObj(
                i ->
                    "    if form == %d:\n      return self.unpack_%s(p, into)"
                        .formatted(i, formats.get(i).name()))
            .collect(Collectors.joining("\n"));
    long byRows = formats.stream().filter(WeightFormat::byRows).count();
    ScriptText text =
        ScriptText.of(Unpacking.class, "unpack.torchscript")
            .with("unpack_each", each)
            .with("formats_by_rows", byRows);
    for (String resource : formats.stream().map(WeightFormat::text).distinct().toList()) {
      text = text.and(ScriptText.of(WeightFormat.class, resource));
    }
    return text.with("numbers_at_once", NUMBERS_AT_ONCE);
  }
}
