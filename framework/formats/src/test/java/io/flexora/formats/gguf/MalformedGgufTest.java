package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class MalformedGgufTest {

  private static final int F32 = GgufType.F32.id();
  private static final int Q4_K = GgufType.Q4_K.id();

  @TempDir Path folder;

  // The bytes of a file; nobody compares two cases.
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(String rule, byte[] file) {}

  private static Case file(String rule, byte[] file) {
    return new Case(rule, file);
  }

  private static Case start(String rule, String magic, int version) {
    return file(rule, new RawGguf().text(magic).i32(version).i64(0).i64(0).file());
  }

  private static RawGguf entry(GgufValueType type) {
    return RawGguf.of(0, 1).key("k", type);
  }

  private static Case one(String rule, int type, long offset, int data, long... dimensions) {
    return file(rule, RawGguf.of(1, 0).tensor("a", type, offset, dimensions).data(data));
  }

  private static Stream<Case> starts() {
    return Stream.of(
        file("it ends at byte 0, within the magic number", new byte[0]),
        file("it ends at byte 3, within the magic number", new byte[3]),
        file("it ends at byte 4, within the version", new RawGguf().text("GGUF").file()),
        start("it does not start with the letters GGUF", "GGML", 3),
        start("its version is 1, read are the versions 2 and 3", "GGUF", 1),
        start("its version is 4, read are", "GGUF", 4),
        start("its version is 4294967295, read are", "GGUF", -1),
        start("it is big-endian (version 3), only little-endian files are read", "GGUF", 3 << 24),
        file("it ends at byte 8, within tensors", new RawGguf().text("GGUF").i32(3).file()),
        file("at byte 8 it claims to have 1 tensors; only 0", RawGguf.of(1, 0).file()),
        file("claims to have 18446744073709551615 tensors", RawGguf.of(-1, 0).file()),
        file("claims to have 9223372036854775807 tensors", RawGguf.of(Long.MAX_VALUE, 0).file()),
        file("at byte 16 it claims to have 1 metadata entries", RawGguf.of(0, 1).file()),
        file("claims to have 4294967297 metadata", RawGguf.of(0, (1L << 32) + 1).data(64)));
  }

  private static Stream<Case> entries() {
    GgufValueType array = GgufValueType.ARRAY;
    RawGguf deep = entry(array);
    for (int i = 0; i < 8; i++) {
      deep.array(array, 1);
    }
    return Stream.of(
        file("to have 99 bytes of a metadata key", RawGguf.of(0, 1).i64(99).data(32)),
        file("to have 18446744073709551615 bytes of a meta", RawGguf.of(0, 1).i64(-1).data(32)),
        file("key has 65536 bytes; the most is 65535", longName(RawGguf.of(0, 1))),
        file("a metadata key is not UTF-8", RawGguf.of(0, 1).i64(1).i8(0xc3).data(32)),
        file(
            "the metadata key 'k' is there twice",
            RawGguf.of(0, 2).key("k", GgufValueType.BOOL).i8(1).key("k", array).data(32)),
        file("'k' has the value type 13; known are 0 to 12", raw("k", 13)),
        file("'k' has the value type 4294967295; known", raw("k", -1)),
        file("'k' has the boolean 2, neither 0 nor 1", entry(GgufValueType.BOOL).i8(2).file()),
        file(
            "ends at byte 44, within 'k'",
            entry(GgufValueType.INT64).i32(1).i8(0).i8(0).i8(0).file()),
        file(
            "to have 5 bytes of the value of 'k'; only 3",
            entry(GgufValueType.STRING).i64(5).text("abc").file()),
        file("the value of 'k' is not UTF-8", entry(GgufValueType.STRING).i64(1).i8(0x80).file()),
        file(
            "to have 3 elements of 'k'; only 2 fit",
            entry(array).array(GgufValueType.INT32, 3).i64(0).file()),
        file(
            "have 18446744073709551615 elements of 'k'",
            entry(array).array(GgufValueType.INT8, -1).i64(0).file()),
        file(
            "have 2305843009213693953 elements of 'k'",
            entry(array).array(GgufValueType.INT64, (1L << 61) + 1).i64(0).file()),
        file(
            "'k' has the boolean 255, neither",
            entry(array).array(GgufValueType.BOOL, 2).i8(1).i8(255).file()),
        file(
            "string 1 of 'k' is not UTF-8",
            entry(array).array(GgufValueType.STRING, 2).string("ö").i64(1).i8(0xff).file()),
        file(
            "9 bytes of a string of 'k'; only 1 fit",
            entry(array).array(GgufValueType.STRING, 1).i64(9).i8(0).file()),
        file("'k' nests arrays deeper than 8", deep.array(GgufValueType.BOOL, 1).i64(0).file()),
        file("??[2J' has the value type 99", raw("\u001b\u0007[2J", 99)));
  }

  private static byte[] raw(String key, int type) {
    return RawGguf.of(0, 1).string(key).i32(type).data(32);
  }

  /** A name of 65536 bytes where the next name is expected. */
  private static byte[] longName(RawGguf before) {
    byte[] start = before.i64(65_536).file();
    return Arrays.copyOf(start, 70_000);
  }

  private static Stream<Case> tensors() {
    return Stream.of(
        one("tensor 'a' has 5 dimensions; the most is 4", F32, 0, 32, 1, 1, 1, 1, 1),
        one("tensor 'a' has the shape [2, -1]", F32, 0, 32, -1, 2),
        one("tensor 'a' has the type 4, which is not known; readable are F32", 4, 0, 32, 1),
        one("tensor 'a' has the type 4294967295, which", -1, 0, 32, 1),
        one("rows of 255 elements, which do not fill the blocks of 256", Q4_K, 0, 144, 255),
        one("rows of 1 elements, which do not fill", Q4_K, 0, 144, 1, 256),
        one("tensor 'a' has more bytes than 2^63", F32, 0, 32, 1L << 32, 1L << 32),
        one("tensor 'a' has more bytes than 2^63", F32, 0, 32, 1L << 61),
        one(
            "has the offset 32, but the tensors before it and the alignment of 32 ask for 0",
            F32,
            32,
            64,
            1),
        one("has the offset 18446744073709551584, but", F32, -32, 64, 1),
        one(
            "of type F32 and shape [9] needs 36 bytes from byte 64, but the file ends at byte 96",
            F32,
            0,
            32,
            9),
        one("needs 4611686018427387904 bytes from", F32, 0, 32, 1L << 60),
        one("32 bytes at the end belong to no tensor", F32, 0, 64, 8),
        one("60 bytes at the end belong to no tensor", F32, 0, 64, 1),
        file(
            "tensor 'a' is there twice",
            RawGguf.of(2, 0).tensor("a", F32, 0, 8).tensor("a", F32, 32, 8).data(64)),
        file(
            "tensor 'b' has the offset 0, but the tensors before it and the alignment of 32 ask for 32",
            RawGguf.of(2, 0).tensor("a", F32, 0, 4).tensor("b", F32, 0, 8).data(64)),
        file("the name of tensor 0 is not UTF-8", RawGguf.of(1, 0).i64(1).i8(0xff).data(32)),
        file("of tensor 0 has 65536 bytes; the most is 65535", longName(RawGguf.of(1, 0))));
  }

  private static Stream<Case> alignments() {
    String key = "general.alignment";
    GgufValueType uint32 = GgufValueType.UINT32;
    return Stream.of(
        file("is '0' of type UINT32, not a power", RawGguf.of(0, 1).key(key, uint32).i32(0).file()),
        file("is '48' of type UINT32", RawGguf.of(0, 1).key(key, uint32).i32(48).file()),
        file(
            "is '32' of type INT32", RawGguf.of(0, 1).key(key, GgufValueType.INT32).i32(32).file()),
        file(
            "from byte 2147483648, but the file ends at byte 128",
            RawGguf.of(1, 1).key(key, uint32).i32(1 << 31).tensor("a", F32, 0, 1).data(32)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHasItsMessage() {
    return Stream.of(starts(), entries(), tensors(), alignments())
        .flatMap(cases -> cases)
        .map(c -> DynamicTest.dynamicTest(c.rule(), () -> refused(c)));
  }

  private void refused(Case c) throws IOException {
    Path file = RawGguf.write(folder, c.file());
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(MalformedGgufException.class)
        .hasMessageStartingWith(file + " is not a valid GGUF file: ")
        .hasMessageContaining(c.rule())
        .hasMessageEndingWith("; fetch or write it again");
  }

  @Test
  void moreThanAnyModelHasIsRefusedBeforeItTakesMemory() throws IOException {
    GgufValueType array = GgufValueType.ARRAY;
    refusesSparse("it has 300000 tensors; the most is 262144", RawGguf.of(300_000, 0).file());
    refusesSparse("it has 300000 entries; the most is 262144", RawGguf.of(0, 300_000).file());
    refusesSparse("'k' nests more than 262144 arrays", entry(array).array(array, 300_000).file());
    refusesSparse(
        "to have 270000000 bytes of the value of 'k'; only 268435411 fit into the longest header",
        entry(GgufValueType.STRING).i64(270_000_000).file());
    // The array leaves four bytes for the length of the next key.
    refusesSparse(
        "its header has more bytes than 268435456, the most that is read",
        RawGguf.of(0, 2).key("k", array).array(GgufValueType.INT8, (1 << 28) - 49 - 4).file());
  }

  private void refusesSparse(String rule, byte[] start) throws IOException {
    Path file = RawGguf.write(folder, start);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(300_000_000);
    }
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(MalformedGgufException.class)
        .hasMessageContaining(rule);
  }

  @Test
  void everyPrefixOfAFileIsRefused() throws IOException {
    byte[] whole = PythonFile.bytes();
    for (int length = 0; length < whole.length - 31; length += 7) {
      Path file = RawGguf.write(folder, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> GgufFile.open(file).close())
          .isInstanceOf(MalformedGgufException.class);
    }
  }

  @Test
  void whatTheReferenceToleratesIsRead() throws IOException {
    String key = "general.alignment";
    for (byte[] bytes :
        List.of(
            RawGguf.of(0, 0).file(),
            RawGguf.of(0, 0).data(0),
            RawGguf.of(1, 0).tensor("", F32, 0).data(4),
            RawGguf.of(1, 0).tensor("a", F32, 0, 0, 3).data(0),
            RawGguf.of(1, 0).tensor("a", F32, 0, 9).data(64),
            RawGguf.of(1, 0).tensor("a", F32, 0, 9).data(36),
            RawGguf.of(1, 1)
                .key(key, GgufValueType.UINT32)
                .i32(1)
                .tensor("", F32, 0)
                .i32(0)
                .file())) {
      try (GgufFile open = GgufFile.open(RawGguf.write(folder, bytes))) {
        assertThat(open.tensors().stream().mapToLong(GgufTensor::byteCount).sum())
            .isLessThanOrEqualTo(36);
      }
    }
  }
}
