package io.flexora.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsModelTest {

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void name() {
    folder = parent.resolve("model");
  }

  private static Tensor tensor(String name, long... shape) {
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    float[] values = new float[dimensions.stream().reduce(1L, (a, b) -> a * b).intValue()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 100 * name.length() + i;
    }
    return Tensor.of(name, dimensions, values);
  }

  /** The tensors of a Llama of one layer, 4 wide, in the order of its state dictionary. */
  private static List<Tensor> llama() {
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(tensor("model.embed_tokens.weight", 8, 4));
    for (String part : List.of("self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o")) {
      tensors.add(tensor("model.layers.0." + part + "_proj.weight", 4, 4));
    }
    for (String part : List.of("gate", "up", "down")) {
      tensors.add(tensor("model.layers.0.mlp." + part + "_proj.weight", 4, 4));
    }
    tensors.add(tensor("model.layers.0.input_layernorm.weight", 4));
    tensors.add(tensor("model.layers.0.post_attention_layernorm.weight", 4));
    tensors.add(tensor("model.norm.weight", 4));
    tensors.add(tensor("lm_head.weight", 8, 4));
    return tensors;
  }

  private void write(List<Tensor> tensors, long shardBytes) {
    DurableFolder.write(
        folder,
        staging -> ShardedWriter.write(staging, tensors, SafetensorsWriter.PYTORCH, shardBytes));
  }

  @Test
  void shardsAndIndexAreThoseThatTransformersWrites() throws IOException {
    write(llama(), 200);
    try (var expected = getClass().getResourceAsStream("transformers.index.json")) {
      assertThat(folder.resolve(SafetensorsModel.INDEX)).hasBinaryContent(expected.readAllBytes());
    }
    try (SafetensorsModel model = SafetensorsModel.open(folder)) {
      assertThat(model.files())
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder(
              "model-00001-of-00004.safetensors",
              "model-00002-of-00004.safetensors",
              "model-00003-of-00004.safetensors",
              "model-00004-of-00004.safetensors");
    }
  }

  @Test
  void whatIsWrittenInAnyNumberOfShardsIsRead() throws IOException {
    for (long shardBytes : new long[] {1, 128, 200, ShardedWriter.DEFAULT_SHARD_BYTES}) {
      write(llama(), shardBytes);
      try (SafetensorsModel model = SafetensorsModel.open(folder)) {
        assertThat(model.path()).isEqualTo(folder);
        assertThat(model.files().size() == 1).isEqualTo(shardBytes > 1000);
        assertThat(model.tensors()).hasSize(12);
        for (Tensor tensor : llama()) {
          assertThat(model.has(tensor.name())).isTrue();
          assertThat(model.tensor(tensor.name()).shape()).isEqualTo(tensor.shape());
          FloatBuffer last = FloatBuffer.allocate(3);
          model.readFloats(tensor.name(), tensor.byteCount() / 4 - 3, last);
          int elements = (int) tensor.byteCount() / 4;
          assertThat(last.get(2)).isEqualTo(100 * tensor.name().length() + elements - 1);
          ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
          model.read(tensor.name(), 8, bytes);
          assertThat(bytes.getFloat(0)).isEqualTo(100 * tensor.name().length() + 2);
        }
      }
    }
  }

  @Test
  void aFileIsAModelToo() throws IOException {
    write(llama(), Long.MAX_VALUE);
    Path file = Files.move(folder.resolve(SafetensorsModel.SINGLE), folder.resolve("x.y"));
    try (SafetensorsModel model = SafetensorsModel.open(file)) {
      assertThat(model.tensors()).hasSize(12);
      assertThatThrownBy(() -> model.tensor("none"))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("x.y has no tensor 'none'; it has lm_head.weight, ");
      assertThatThrownBy(() -> model.readFloats("lm_head.weight", 30, FloatBuffer.allocate(3)))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("not within the 32 elements of tensor 'lm_head.weight'");
      assertThatThrownBy(() -> model.read("lm_head.weight", 127, ByteBuffer.allocate(2)))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("2 bytes from byte 127 are not within the 128 bytes of tensor");
    }
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    refuses("holds neither model.safetensors nor model.safetensors.index.json; name a folder");
    write(llama(), 200);
    Path third = folder.resolve("model-00003-of-00004.safetensors");
    Path second = folder.resolve("model-00002-of-00004.safetensors");
    Files.move(third, folder.resolve("kept"));
    refuses(
        "lacks 1 of the 4 files that model.safetensors.index.json names:"
            + " model-00003-of-00004.safetensors; fetch the model again");
    Files.copy(second, third);
    refuses(
        "model-00003-of-00004.safetensors has no tensor 'model.layers.0.mlp.down_proj.weight',"
            + " though model.safetensors.index.json says that it is there");
    Files.write(third, new byte[9]);
    refuses("model-00003-of-00004.safetensors is not a valid safetensors file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "pytorch_model.bin.index.json"})
  void pickledWeightsAreRefusedWithAdvice(String file) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(file), "x");
    refuses("its pytorch_model.bin is in a format that can run code when it is read");
    refuses("save the model again as safetensors");
    assertThatThrownBy(() -> SafetensorsModel.refusePickled(folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("save the model again as safetensors");
    Files.writeString(folder.resolve(SafetensorsModel.SINGLE), "x");
    assertThatCode(() -> SafetensorsModel.refusePickled(folder)).doesNotThrowAnyException();
  }

  private void refuses(String why) {
    assertThatThrownBy(() -> SafetensorsModel.open(folder).close())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(why);
  }

  @Test
  void everyRuleOfTheIndexHasItsMessage() throws IOException {
    for (String[] rule :
        new String[][] {
          {"", "it is not a JSON object"},
          {"[]", "it is not a JSON object"},
          {"{", "it is not JSON"},
          {"{'weight_map':{'a':'b.safetensors'}", "it is not JSON"},
          {"{'weight_map':{'a':'b.safetensors'}}{}", "something follows the JSON object"},
          {"{'metadata':{}}", "it has no weight_map"},
          {"{'weight_map':{}}", "its weight_map is empty"},
          {"{'weight_map':[]}", "its weight_map is not an object of strings"},
          {"{'weight_map':{'a':1}}", "its weight_map is not an object of strings: see 'a'"},
          {"{'weight_map':{},'weight_map':{}}", "'weight_map' is there twice"},
          {"{'weight_map':{'a':'b.safetensors','a':'c.safetensors'}}", "tensor 'a' is there twice"},
          {outside("../b.safetensors"), "is said to be in '../b.safetensors', which is not the"},
          {outside("/b.safetensors"), "which is not the name of a .safetensors file"},
          {outside("c/b.safetensors"), "in the same folder"},
          {outside("c\\\\b.safetensors"), "in the same folder"},
          {outside("C:b.safetensors"), "in the same folder"},
          {outside("\\u0000.safetensors"), "in the same folder"},
          {outside(""), "in the same folder"},
          {outside(".."), "in the same folder"},
          {outside("b.bin"), "in the same folder"},
          {"{'x':" + "[".repeat(100), "it is not JSON"},
        }) {
      Files.createDirectories(folder);
      Path index = folder.resolve(SafetensorsModel.INDEX);
      Files.writeString(index, rule[0].replace('\'', '"'));
      assertThatThrownBy(() -> SafetensorsModel.open(folder).close())
          .as(rule[0])
          .isInstanceOf(MalformedSafetensorsException.class)
          .hasMessageStartingWith(index + " is not a valid index of safetensors files: ")
          .hasMessageContaining(rule[1]);
    }
  }

  @Test
  void anIndexThatIsNoTextIsRefused() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(SafetensorsModel.INDEX), new byte[] {'{', '"', (byte) 0xc3, '"'});
    refuses("is not a valid index of safetensors files: it is not UTF-8; fetch or write it again");
  }

  private static String outside(String file) {
    return "{'metadata':{'total_size':4},'weight_map':{'a':'" + file + "'}}";
  }

  @Test
  void twoTensorsOfOneNameAreNotWritten() {
    List<Tensor> twice = List.of(tensor("a", 4), tensor("a", 4));
    assertThatThrownBy(() -> write(twice, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two tensors have the name a");
    assertThat(folder).doesNotExist();
  }

  @Test
  void numbersOfEveryWidthAreReadInStretches() throws IOException {
    // 1, -2.5 and 1/2 as F16, BF16 and F64
    byte[] half = {0, 0x3c, 0, (byte) 0xc1, 0, 0x38};
    byte[] brain = {(byte) 0x80, 0x3f, 0x20, (byte) 0xc0, 0, 0x3f};
    write(
        List.of(
            Tensor.of("half", DType.F16, List.of(3L), half),
            Tensor.of("brain", DType.BF16, List.of(3L), brain),
            Tensor.of("double", List.of(3L), new double[] {1, -2.5, 0.5}),
            Tensor.of("long", List.of(1L), new long[1])),
        1 << 20);
    try (SafetensorsModel model = SafetensorsModel.open(folder)) {
      for (String name : List.of("half", "brain", "double")) {
        FloatBuffer two = FloatBuffer.allocate(2);
        model.readFloats(name, 1, two);
        assertThat(two.array()).as(name).containsExactly(-2.5f, 0.5f);
      }
      assertThatThrownBy(() -> model.readFloats("long", 0, FloatBuffer.allocate(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("has the dtype I64; accepted here are F32, F16, BF16 and F64");
    }
  }
}
