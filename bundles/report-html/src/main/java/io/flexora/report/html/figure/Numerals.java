package io.flexora.report.html.figure;

import io.flexora.results.report.VerdictDecimals;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as the reader sees them, the same on every machine. */
public final class Numerals {

  /** Stands where a number was not recorded. */
  public static final String NONE = "–";

  /** Keeps a number and its unit on one line. */
  private static final String TIE = "\u00a0";

  private static final double KIB = 1024;
  private static final double MIB = KIB * 1024;
  private static final double GIB = MIB * 1024;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Numerals() {}

  /** A moment such as {@code 2 March 2026, 09:15 UTC}. */
  public static String date(Instant moment) {
    return DATE.format(moment);
  }

  /** A number with so many decimals and a true minus sign. */
  public static String fixed(double number, int decimals) {
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", number);
    boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
    return (zero ? text.replace("-", "") : text).replace('-', '−');
  }

  /** A number that somebody wrote: without decimals where it is a whole one. */
  public static String plain(double number) {
    return fixed(number, number == Math.rint(number) ? 0 : 4);
  }

  /** A number above 0 that somebody wrote, with all its decimals. */
  public static String written(double number) {
    return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
  }

  /** A number with so many decimals and its sign, plus too. */
  public static String signed(double number, int decimals) {
    String text = fixed(number, decimals);
    boolean plain = text.startsWith("−") || text.chars().noneMatch(c -> c >= '1' && c <= '9');
    return plain ? text : "+" + text;
  }

  /** A value with its standard error. */
  public static String plusMinus(double value, double error, int decimals) {
    return fixed(value, decimals) + TIE + "±" + TIE + fixed(error, decimals);
  }

  /** A factor such as {@code 0.53 ×}. */
  public static String times(double factor) {
    return fixed(factor, 2) + TIE + "×";
  }

  /** A whole number with separators. */
  public static String count(double number) {
    return fixed(number, 0);
  }

  /** A duration such as {@code 41.2 s} or {@code 3 min 5 s}. */
  public static String seconds(double seconds) {
    if (seconds < 100) {
      return fixed(seconds, 1) + TIE + "s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? whole / 60 + TIE + "min" + TIE + whole % 60 + TIE + "s"
        : whole / 3600 + TIE + "h" + TIE + whole % 3600 / 60 + TIE + "min";
  }

  /** An amount of memory such as {@code 812 MiB}. */
  public static String bytes(double bytes) {
    if (bytes >= GIB) {
      return fixed(bytes / GIB, 2) + TIE + "GiB";
    }
    return bytes >= MIB ? fixed(bytes / MIB, 0) + TIE + "MiB" : fixed(bytes / KIB, 0) + TIE + "KiB";
  }

  /** A share such as {@code 52 %}. */
  public static String percent(double share) {
    return fixed(share * 100, share < 0.1 ? 1 : 0) + TIE + "%";
  }

  /** A p-value. */
  public static String probability(double p) {
    return p < 0.001 ? "< 0.001".replace(" ", TIE) : fixed(p, VerdictDecimals.ofPValue(p));
  }

  /** Two ends such as {@code −0.003 to 0.027}. */
  public static String range(double low, double high, int decimals) {
    return fixed(low, decimals) + TIE + "to" + TIE + fixed(high, decimals);
  }

  /** How many decimals show a value with its standard error: two digits of the error. */
  public static int decimals(OptionalDouble standardError) {
    double error = standardError.orElse(0);
    return error <= 0 ? 3 : Math.min(6, Math.max(3, 1 - (int) Math.floor(Math.log10(error))));
  }

  /** Whole numbers in ascending order, three or more in a row as a range: {@code 0, 4, 7–9}. */
  public static String ranges(List<? extends Number> numbers) {
    List<String> parts = new ArrayList<>();
    for (int from = 0; from < numbers.size(); ) {
      int to = from;
      while (to + 1 < numbers.size()
          && numbers.get(to + 1).longValue() == numbers.get(to).longValue() + 1) {
        to++;
      }
      if (to - from < 2) {
        to = from;
      }
      parts.add(from == to ? "" + numbers.get(from) : numbers.get(from) + "–" + numbers.get(to));
      from = to + 1;
    }
    return String.join(", ", parts);
  }
}
