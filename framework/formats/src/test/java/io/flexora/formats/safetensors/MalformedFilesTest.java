package io.flexora.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class MalformedFilesTest {

  private static final String ONE = "{'dtype':'F32','shape':[1],'data_offsets':[0,4]}";

  @TempDir Path folder;

  // The bytes of a file; nobody compares two cases.
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(String rule, byte[] file) {}

  private static Case header(String rule, String header, int dataBytes) {
    return new Case(rule, RawFile.of(header.replace('\'', '"'), dataBytes));
  }

  private static Case one(String rule, String dtype, String shape, String offsets, int dataBytes) {
    return header(
        rule,
        "{'a':{'dtype':%s,'shape':%s,'data_offsets':%s}}".formatted(dtype, shape, offsets),
        dataBytes);
  }

  private static Case length(String rule, long length) {
    return new Case(rule, RawFile.of(length, "{}".getBytes(StandardCharsets.UTF_8), 0));
  }

  private static List<Case> cases() {
    String f32 = "'F32'";
    byte[] notUtf8 = {'{', '"', (byte) 0xc3, '"', ':', '1', '}'};
    return List.of(
        new Case("its 0 bytes are too few to hold the header's length", new byte[0]),
        new Case("its 7 bytes are too few to hold the header's length", new byte[7]),
        length("its header has 3 bytes but only 2 follow", 3),
        length("its header has 100000000 bytes but only 2 follow", 100_000_000),
        length("its header has 100000001 bytes; the most is 100000000", 100_000_001),
        length("its header has 2147483647 bytes; the most is", Integer.MAX_VALUE),
        length("its header has 18446744073709551615 bytes; the most is", -1),
        new Case("the header is not UTF-8", RawFile.of(notUtf8.length, notUtf8, 0)),
        header("the header is not a JSON object", "", 0),
        header("the header is not a JSON object", "[]", 0),
        header("the header is not JSON", "{'a':" + ONE, 4),
        header("the header is not JSON", "{'a':" + ONE + ",}", 4),
        header(
            "the header is not JSON", "{'a':{'x':" + "[".repeat(100) + "]".repeat(100) + "}}", 4),
        header("the header is not JSON", "{'a':" + ONE + "}\0\0", 4),
        header("something follows the JSON object", "{'a':" + ONE + "}{}", 4),
        header("the name 'a' is there twice", "{'a':" + ONE + ",'a':" + ONE + "}", 4),
        header("__metadata__ is not an object of strings", "{'__metadata__':null}", 0),
        header("__metadata__ is not an object of strings", "{'__metadata__':[]}", 0),
        header("__metadata__ is not an object of strings: see 'k'", "{'__metadata__':{'k':1}}", 0),
        header("__metadata__ has 'k' twice", "{'__metadata__':{'k':'1','k':'2'}}", 0),
        header(
            "the name '__metadata__' is there twice", "{'__metadata__':{},'__metadata__':{}}", 0),
        header("tensor 'a' is not described by an object", "{'a':[1]}", 0),
        header("tensor 'a' has no dtype", "{'a':{'shape':[1],'data_offsets':[0,4]}}", 4),
        header("tensor 'a' has no shape", "{'a':{'dtype':'F32','data_offsets':[0,4]}}", 4),
        header("tensor 'a' has no data_offsets", "{'a':{'dtype':'F32','shape':[1]}}", 4),
        header(
            "tensor 'a' has 'dtype' twice",
            "{'a':{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
            4),
        one("tensor 'a': its dtype is not a string", "7", "[1]", "[0,4]", 4),
        one("tensor 'a' has the dtype 'f32'; known are BOOL, U8", "'f32'", "[1]", "[0,4]", 4),
        one("tensor 'a': its shape is not an array", f32, "1", "[0,4]", 4),
        one("tensor 'a': its shape has no whole number", f32, "[1.0]", "[0,4]", 4),
        one("tensor 'a': its shape has the negative number -1", f32, "[-1,-1]", "[0,4]", 4),
        one("tensor 'a': its shape exceeds 2^63", f32, "[9223372036854775808]", "[0,4]", 4),
        one("has more bytes than 2^63 by its shape", f32, "[4611686018427387904]", "[0,4]", 4),
        one("has more bytes than 2^63", f32, "[4294967296,4294967296,0]", "[0,0]", 0),
        one("tensor 'a': its data_offsets is not an array", f32, "[1]", "'0'", 4),
        one("tensor 'a': its data_offsets are 3 numbers, not 2", f32, "[1]", "[0,4,4]", 4),
        one("tensor 'a': its data_offsets has the negative", f32, "[1]", "[-4,0]", 4),
        one("[4, 0], which end before they begin", f32, "[1]", "[4,0]", 4),
        one("[4, 8], which leaves a hole after byte 0", f32, "[1]", "[4,8]", 8),
        one("needs 4 bytes by its dtype F32 and shape [1] but has 8", f32, "[1]", "[0,8]", 8),
        one("needs 8 bytes by its dtype F32 and shape [2] but has 4", f32, "[2]", "[0,4]", 4),
        one("needs 4 bytes by its dtype F32 and shape [] but has 0", f32, "[]", "[0,0]", 0),
        one("the tensors end at byte 4 but only 3 bytes follow", f32, "[1]", "[0,4]", 3),
        one(
            "the tensors end at byte 4294967296 but only 8",
            f32,
            "[536870912,2]",
            "[0,4294967296]",
            8),
        one("1 bytes at the end belong to no tensor", f32, "[1]", "[0,4]", 5),
        header("8 bytes at the end belong to no tensor", "{}", 8),
        header(
            "tensor 'b' has the data_offsets [0, 4], which overlaps the tensor that ends at byte 4",
            "{'a':" + ONE + ",'b':" + ONE + "}",
            4),
        header(
            "tensor 'b' has the data_offsets [4, 2], which end before they begin",
            "{'a':" + ONE + ",'b':{'dtype':'F32','shape':[0],'data_offsets':[4,2]}}",
            4),
        header(
            "tensor 'b' has the data_offsets [8, 12], which leaves a hole after byte 4",
            "{'a':" + ONE + ",'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}}",
            12));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHasItsMessage() {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c.rule(), () -> refused(c)));
  }

  private void refused(Case c) throws IOException {
    Path file = RawFile.write(folder, c.file());
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageStartingWith(file + " is not a valid safetensors file: ")
        .hasMessageContaining(c.rule());
  }

  @Test
  void whatTheReferenceToleratesIsRead() throws IOException {
    for (String header :
        List.of(
            " \n{'a':" + ONE + "}\t ",
            "{'a':" + ONE.replace("}", ",'later':{'x':[1]}}") + "}",
            "{'':" + ONE + "}",
            "{'a':" + ONE + ",'b':{'dtype':'F64','shape':[0,3],'data_offsets':[4,4]}}",
            "{'b':{'dtype':'U8','shape':[3],'data_offsets':[1,4]},"
                + "'a':{'dtype':'I8','shape':[],'data_offsets':[0,1]}}")) {
      Path file = RawFile.write(folder, RawFile.of(header.replace('\'', '"'), 4));
      try (SafetensorsFile open = SafetensorsFile.open(file)) {
        assertThat(open.tensors().stream().mapToLong(TensorInfo::byteCount).sum()).isEqualTo(4);
      }
    }
  }

  @Test
  void anEmptyFileOfTensorsIsRead() throws IOException {
    Path file = RawFile.write(folder, RawFile.of("{}", 0));
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      assertThat(open.tensors()).isEmpty();
    }
  }
}
