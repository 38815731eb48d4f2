package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The process that reads changed Parquet files: a folder, the first mutant and the one after. */
final class ParquetFuzz {

  private static final List<String> CODECS = List.of("uncompressed", "snappy", "gzip", "zstd");

  private ParquetFuzz() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    Path folder = Path.of(arguments[0]);
    byte[][] whole = new byte[CODECS.size()][];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = written(folder.resolve(CODECS.get(i) + ".parquet"), CODECS.get(i));
    }
    Path file = folder.resolve("mutant.parquet");
    for (long number = Long.parseLong(arguments[1]);
        number < Long.parseLong(arguments[2]);
        number++) {
      System.out.println(number);
      SplittableRandom random = new SplittableRandom(number);
      Files.write(file, mutant(whole[random.nextInt(whole.length)], random));
      System.out.println(read(file) ? "accepted" : "refused");
    }
    System.out.println("end");
  }

  private static byte[] written(Path file, String codec) throws IOException, SQLException {
    try (Connection connection = DuckDb.open(file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          ("COPY (SELECT i AS a, 'text ' || i AS b, [i, i + 1] AS c, {'x': i / 3} AS d FROM"
                  + " range(50) t(i)) TO %s (FORMAT parquet, COMPRESSION %s, USE_TMP_FILE false)")
              .formatted(DuckDb.text(file.toString()), codec));
    }
    return Files.readAllBytes(file);
  }

  /** Half of the changes are in the footer, which says where everything is and how large. */
  private static byte[] mutant(byte[] whole, SplittableRandom random) {
    byte[] mutant =
        random.nextInt(8) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
    for (int i = 1 + random.nextInt(8); i > 0 && mutant.length > 0; i--) {
      int from = random.nextBoolean() ? Math.max(0, mutant.length - 1000) : 0;
      int at = random.nextInt(from, mutant.length);
      mutant[at] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : mutant[at] ^ 1 << random.nextInt(8));
    }
    return mutant;
  }

  private static boolean read(Path file) {
    try {
      new ParquetFile()
          .read(new DataFile("mutant.parquet", file, Format.PARQUET), new BadRows(1000), row -> {});
      return true;
    } catch (FlexoraException | IOException e) {
      return false;
    }
  }
}
