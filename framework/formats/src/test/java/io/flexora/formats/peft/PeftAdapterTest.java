package io.flexora.formats.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.Sha256Sums;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeftAdapterTest {

  private static final ModuleShape QUERY =
      new ModuleShape("query", "bert.encoder.layer.%d.attention.self.query", 4, 6);
  private static final ModuleShape ATTENTION_OUTPUT =
      new ModuleShape(
          "attention.output.dense", "bert.encoder.layer.%d.attention.output.dense", 4, 4);
  private static final ModuleShape OUTPUT =
      new ModuleShape("output.dense", "bert.encoder.layer.%d.output.dense", 8, 4);

  @TempDir Path folder;

  private static ModelShape shape() {
    List<ModuleShape> modules = List.of(QUERY, ATTENTION_OUTPUT, OUTPUT);
    return new ModelShape(
        "bert", 12, 4, 512, modules, List.of("query"), 1, "float32", 4, "SEQ_CLS", 0, "some/model");
  }

  private static AdapterPlan plan(List<Integer> layers, List<String> modules, int classes) {
    return new AdapterPlan(new TwoMatrices(), layers, modules, Head.classes(classes));
  }

  private static ParameterIndex index(AdapterPlan plan) {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer : plan.layers()) {
      for (ModuleShape module : shape().modules()) {
        if (plan.adapts(new AdapterSite(layer, module))) {
          for (AdapterParameter parameter : plan.method().parameters(module)) {
            var owner = new Slice.Adapter(layer, module, parameter);
            slices.add(new Slice(offset, parameter.shape(), owner));
            offset += parameter.shape().size();
          }
        }
      }
    }
    if (plan.head().isPresent()) {
      Shape weight = new Shape(plan.head().classes().size(), 4);
      slices.add(new Slice(offset, weight, new Slice.Head("classifier.weight")));
      Shape bias = new Shape(plan.head().classes().size());
      slices.add(new Slice(offset + weight.size(), bias, new Slice.Head("classifier.bias")));
    }
    return new ParameterIndex(slices);
  }

  private static float[] theta(ParameterIndex index) {
    SplittableRandom random = new SplittableRandom(3);
    float[] theta = new float[(int) index.size()];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) random.nextDouble(-1, 1);
    }
    return theta;
  }

  /** Such as IA3, whose configuration in PEFT would drop layers_to_transform. */
  @Test
  void whereNoLayersCanBeNamedEachModuleIsNamedByItsPath() {
    AdapterMethod method =
        new TwoMatrices() {
          @Override
          public AdapterForm form() {
            AdapterForm own = super.form();
            return new AdapterForm() {
              @Override
              public Map<String, Object> configuration() {
                return own.configuration();
              }

              @Override
              public boolean namesLayers() {
                return false;
              }
            };
          }
        };
    AdapterPlan plan = new AdapterPlan(method, List.of(1, 3), List.of("query"), Head.NONE);
    ParameterIndex index = new ParameterIndex(List.of());
    assertThat(PeftAdapter.of(shape(), plan, index, new float[0]).configuration())
        .containsEntry(
            "target_modules",
            List.of(
                "bert.encoder.layer.1.attention.self.query",
                "bert.encoder.layer.3.attention.self.query"))
        .doesNotContainKeys("layers_to_transform", "layers_pattern");
  }

  @Test
  void aTrainedThetaComesBackBitForBitUnderTheNamesOfPeft() throws IOException {
    AdapterPlan plan = plan(List.of(1, 10), List.of("query"), 3);
    ParameterIndex index = index(plan);
    float[] theta = theta(index);
    Path target = folder.resolve("adapter");
    AdapterFolder.write(target, PeftAdapter.of(shape(), plan, index, theta));

    assertThat(AdapterFolder.read(target).theta(index, plan)).isEqualTo(theta);
    try (SafetensorsFile file = SafetensorsFile.open(target.resolve(AdapterFolder.TENSORS))) {
      assertThat(file.metadata()).containsEntry("format", "pt");
      assertThat(file.tensors().stream().map(TensorInfo::name))
          .containsExactlyInAnyOrder(
              "base_model.model.bert.encoder.layer.1.attention.self.query.lora_A.weight",
              "base_model.model.bert.encoder.layer.1.attention.self.query.lora_B.weight",
              "base_model.model.bert.encoder.layer.10.attention.self.query.lora_A.weight",
              "base_model.model.bert.encoder.layer.10.attention.self.query.lora_B.weight",
              "base_model.model.classifier.weight",
              "base_model.model.classifier.bias");
    }
    assertThat(folder.toFile().list()).containsExactly("adapter");
  }

  @Test
  void theConfigurationIsWrittenWithSortedKeys() throws IOException {
    AdapterPlan plan = plan(List.of(1, 10), List.of("query"), 3);
    ParameterIndex index = index(plan);
    Path target = folder.resolve("adapter");
    AdapterFolder.write(target, PeftAdapter.of(shape(), plan, index, theta(index)));
    assertThat(Files.readString(target.resolve(AdapterFolder.CONFIGURATION)))
        .isEqualTo(
            """
            {
              "auto_mapping" : null,
              "base_model_name_or_path" : "some/model",
              "inference_mode" : true,
              "layers_pattern" : "layer",
              "layers_to_transform" : [
                1,
                10
              ],
              "lora_alpha" : 4,
              "modules_to_save" : [
                "classifier"
              ],
              "peft_type" : "LORA",
              "r" : 2,
              "revision" : null,
              "target_modules" : [
                "query"
              ],
              "task_type" : "SEQ_CLS"
            }
            """);
  }

  @Test
  void theRevisionOfTheModelGoesAlong() {
    AdapterPlan plan = plan(List.of(1), List.of("query"), 0);
    ParameterIndex index = index(plan);
    ModelShape pinned = shape().withBaseRevision(Optional.of("v1.0"));
    assertThat(PeftAdapter.of(pinned, plan, index, theta(index)).configuration())
        .containsEntry("base_model_name_or_path", "some/model")
        .containsEntry("revision", "v1.0");
  }

  @Test
  void modulesWhosePathsEndAlikeAreNamedByTheirWholePaths() {
    AdapterPlan plan = plan(List.of(0, 3), List.of("output.dense"), 0);
    ParameterIndex index = index(plan);
    PeftAdapter adapter = PeftAdapter.of(shape(), plan, index, theta(index));
    assertThat(adapter.configuration())
        .containsEntry(
            "target_modules",
            List.of("bert.encoder.layer.0.output.dense", "bert.encoder.layer.3.output.dense"))
        .containsEntry("layers_to_transform", null)
        .containsEntry("layers_pattern", null)
        .containsEntry("modules_to_save", null);
  }

  /** PEFT refuses an adapter that names no module of the model. */
  @ParameterizedTest
  @ValueSource(strings = {"query", "output.dense", "query,output.dense"})
  void aHeadAloneNamesModules(String names) {
    AdapterPlan plan = plan(List.of(), List.of(names.split(",")), 2);
    ParameterIndex index = index(plan);
    PeftAdapter adapter = PeftAdapter.of(shape(), plan, index, theta(index));
    assertThat(adapter.configuration())
        .containsEntry("target_modules", plan.modules().stream().sorted().toList())
        .containsEntry("layers_to_transform", null)
        .containsEntry("layers_pattern", null);
    assertThat(PeftLayout.of(shape(), adapter).layers()).isEmpty();
  }

  /** PEFT's own rule, as its documentation and code have it, over all paths of the model. */
  @Test
  void modulesThatAreChosenOneByOneAreNamedByTheirWholePaths() {
    AdapterPlan plan =
        plan(List.of(0, 2), List.of("query", "output.dense"), 0)
            .withChosen(
                List.of(
                    ChosenModule.of(0, "query"),
                    ChosenModule.of(2, "query"),
                    ChosenModule.of(2, "output.dense")));
    ParameterIndex index = index(plan);
    PeftAdapter adapter = PeftAdapter.of(shape(), plan, index, theta(index));
    assertThat(adapter.configuration().get("target_modules"))
        .isEqualTo(List.of(QUERY.path(0), QUERY.path(2), OUTPUT.path(2)));
    assertThat(adapter.configuration().get("layers_to_transform")).isNull();
    PeftLayout layout = PeftLayout.of(shape(), adapter);
    assertThat(layout.chosen()).containsExactlyInAnyOrderElementsOf(plan.chosen());
  }

  private static boolean adapts(Map<String, Object> configuration, String path) {
    List<?> targets = (List<?>) configuration.get("target_modules");
    if (targets.contains(path)) {
      return true;
    }
    if (targets.stream().noneMatch(target -> path.endsWith("." + target))) {
      return false;
    }
    List<?> layers = (List<?>) configuration.get("layers_to_transform");
    String list = (String) configuration.get("layers_pattern");
    if (layers == null) {
      return true;
    }
    Matcher layer = Pattern.compile(".*?\\." + list + "\\.(\\d+)\\.").matcher(path);
    return layer.lookingAt() && layers.contains(Integer.valueOf(layer.group(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "query",
        "output.dense",
        "attention.output.dense",
        "query,output.dense",
        "attention.output.dense,output.dense"
      })
  void peftAdaptsTheModulesOfThePlanAndNoOthers(String names) {
    AdapterPlan plan = plan(List.of(1, 10), List.of(names.split(",")), 2);
    ParameterIndex index = index(plan);
    PeftAdapter adapter = PeftAdapter.of(shape(), plan, index, theta(index));
    List<String> adapted = new ArrayList<>(List.of("bert.pooler.dense", "classifier"));
    for (int layer = 0; layer < 12; layer++) {
      for (ModuleShape module : shape().modules()) {
        adapted.add(module.path(layer));
      }
      adapted.add("bert.encoder.layer." + layer + ".intermediate.act");
    }
    adapted.removeIf(path -> !adapts(adapter.configuration(), path));
    assertThat(adapted)
        .containsExactlyInAnyOrderElementsOf(
            shape().modules().stream()
                .filter(m -> plan.modules().contains(m.name()))
                .flatMap(m -> plan.layers().stream().map(m::path))
                .toList());
  }

  @Test
  void anAdapterLeftAsideByACrashIsFound() throws IOException {
    AdapterPlan plan = plan(List.of(1), List.of("query"), 0);
    ParameterIndex index = index(plan);
    Path target = folder.resolve("adapter");
    AdapterFolder.write(target, PeftAdapter.of(shape(), plan, index, theta(index)));
    Files.move(target, folder.resolve(".adapter.flexora-old"));
    Files.createDirectory(folder.resolve(".adapter.flexora-partial"));
    assertThat(AdapterFolder.read(target).theta(index, plan)).isEqualTo(theta(index));
  }

  @Test
  void anAdapterOfOtherLayersIsRefusedWithItsTensors() {
    AdapterPlan plan = plan(List.of(1), List.of("query"), 0);
    ParameterIndex index = index(plan);
    PeftAdapter adapter = PeftAdapter.of(shape(), plan, index, theta(index));
    assertThatThrownBy(() -> adapter.theta(index(plan(List.of(2), List.of("query"), 0)), plan))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("missing tensors [base_model.model.bert.encoder.layer.2.")
        .hasMessageContaining("unexpected tensors [base_model.model.bert.encoder.layer.1.")
        .hasMessageContaining("(2 in all)");
  }

  @Test
  void whatWasTrainedOutsideOfTheLayersIsRefusedByName() {
    AdapterPlan plan = plan(List.of(1), List.of("query"), 0);
    ParameterIndex index = index(plan);
    PeftAdapter adapter = PeftAdapter.of(shape(), plan, index, theta(index));
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>(adapter.tensors());
    PeftAdapter.Values matrix = new PeftAdapter.Values(List.of(1L, 1L), new float[1]);
    tensors.put("base_model.model.lm_head.weight", matrix);
    tensors.put("base_model.model.model.embed_tokens.weight", matrix);
    PeftAdapter more = new PeftAdapter(adapter.configuration(), tensors);
    assertThatThrownBy(() -> more.theta(index, plan))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("has tensors of lm_head, embed_tokens, which are not read")
        .hasMessageNotContaining("another model");
  }

  @Test
  void aFailedWriteLeavesTheOldAdapter() throws IOException {
    AdapterPlan plan = plan(List.of(1), List.of("query"), 0);
    ParameterIndex index = index(plan);
    Path target = folder.resolve("adapter");
    PeftAdapter adapter = PeftAdapter.of(shape(), plan, index, theta(index));
    AdapterFolder.write(target, adapter);
    PeftAdapter unwritable = new PeftAdapter(Map.of("r", new Object()), adapter.tensors());
    assertThatThrownBy(() -> AdapterFolder.write(target, unwritable))
        .isInstanceOf(FlexoraException.class);
    assertThat(AdapterFolder.read(target).theta(index, plan)).isEqualTo(theta(index));
    assertThat(folder.toFile().list()).containsExactly("adapter");
  }

  @Test
  void aFlippedBitOrACutIsNamedAndAnAdapterWithoutHashesIsReadAsItIs() throws IOException {
    AdapterPlan plan = plan(List.of(1), List.of("query"), 0);
    ParameterIndex index = index(plan);
    Path target = folder.resolve("adapter");
    AdapterFolder.write(target, PeftAdapter.of(shape(), plan, index, theta(index)));
    assertThat(AdapterFolder.damage(target)).isEmpty();
    SplittableRandom random = new SplittableRandom(5);
    for (String name : new TreeSet<>(AdapterFolder.FILES)) {
      Path file = target.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < 200; i++) {
        byte[] flipped = whole.clone();
        flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);
        requireNamed(target);
        // The line feed at the end of the hashes may go: nothing is lost with it.
        Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length - 1)));
        requireNamed(target);
      }
      Files.write(file, whole);
    }
    assertThat(AdapterFolder.damage(target)).isEmpty();

    byte[] tensors = Files.readAllBytes(target.resolve(AdapterFolder.TENSORS));
    tensors[tensors.length - 1] ^= 1;
    Files.write(target.resolve(AdapterFolder.TENSORS), tensors);
    Files.delete(target.resolve(Sha256Sums.NAME));
    assertThat(AdapterFolder.read(target).theta(index, plan)).isNotEqualTo(theta(index));
    assertThat(AdapterFolder.damage(target).orElseThrow()).endsWith("SHA256SUMS is missing");
  }

  private static void requireNamed(Path target) throws IOException {
    assertThat(AdapterFolder.damage(target).orElseThrow()).startsWith(target.toString());
    assertThatThrownBy(() -> AdapterFolder.read(target))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(target.toString())
        .hasMessageContaining("delete " + target.resolve(Sha256Sums.NAME));
  }

  @Test
  void anIncompleteFolderIsNamed() throws IOException {
    Files.writeString(folder.resolve(AdapterFolder.CONFIGURATION), "{}");
    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("has no file adapter_model.safetensors");
  }

  @Test
  void constantsComeBackAndThoseThatNoFileHasAreMadeAnew() {
    AdapterPlan bare =
        new AdapterPlan(new WithConstants(), List.of(1, 10), List.of("query"), Head.NONE);
    ModuleShape query = shape().modules().get(0);
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    Map<AdapterSite, List<AdapterArray>> constants = new LinkedHashMap<>();
    for (int layer : bare.layers()) {
      AdapterSite site = new AdapterSite(layer, query);
      parameters.put(site, arrays(bare.method().parameters(query), layer));
      constants.put(site, arrays(bare.method().constants(query), 100 + layer));
    }
    List<AdapterArray> shared = arrays(bare.method().sharedConstants(List.of(query)), 200);
    AdapterStart start = new AdapterStart(parameters, constants, shared);
    AdapterPlan plan = bare.withStart(start);
    ParameterIndex index = index(plan);
    PeftAdapter written = PeftAdapter.of(shape(), plan, index, theta(index));
    assertThat(written.tensors())
        .containsKeys(
            "base_model.common", "base_model.model.bert.encoder.layer.1.attention.self.query.kept")
        .hasSize(2 * 2 + 2 + 1);
    AtomicInteger made = new AtomicInteger();
    AdapterStart read =
        written.start(
            shape(),
            bare,
            () -> {
              made.incrementAndGet();
              return start;
            });
    assertThat(made).hasValue(1);
    assertThat(read.constants()).isEqualTo(constants);
    assertThat(read.shared()).isEqualTo(shared);
    assertThat(written.theta(index, bare.withStart(read))).isEqualTo(theta(index));
  }

  private static List<AdapterArray> arrays(List<AdapterParameter> of, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return of.stream()
        .map(
            p -> {
              float[] values = new float[(int) p.shape().size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble();
              }
              return new AdapterArray(p, values);
            })
        .toList();
  }

  @Test
  void plainLoraHasTheRankOfEachModuleAndAScaleOfOne() {
    AdapterPlan plan = plan(List.of(1, 10), List.of("query"), 3);
    ParameterIndex index = index(plan);
    ModuleShape query = shape().modules().get(0);
    Map<AdapterSite, List<AdapterArray>> factors = new LinkedHashMap<>();
    int rank = 3;
    for (int layer : plan.layers()) {
      factors.put(
          new AdapterSite(layer, query),
          arrays(
              List.of(
                  new AdapterParameter("A", "lora_A.weight", new Shape(rank, query.inputs())),
                  new AdapterParameter("B", "lora_B.weight", new Shape(query.outputs(), rank))),
              layer));
      rank = 5;
    }
    PeftAdapter lora = PeftAdapter.ofLora(shape(), plan, index, theta(index), factors);
    Map<String, Integer> others = Map.of("bert.encoder.layer.1.attention.self.query", 3);
    assertThat(lora.configuration())
        .containsEntry("r", 5)
        .containsEntry("lora_alpha", 5)
        .containsEntry("rank_pattern", others)
        .containsEntry("alpha_pattern", others);
    assertThat(lora.tensors()).hasSize(2 * 2 + 2).containsKey("base_model.model.classifier.bias");
    // Of one rank, B has the scale of its module, which is 1.
    PeftAdapter uniform = UniformRank.of(lora);
    assertThat(uniform.configuration()).containsEntry("r", 5).containsEntry("lora_alpha", 5.0);
  }

  /** A method that has constants of each kind. */
  private static final class WithConstants extends TwoMatrices {

    @Override
    public List<AdapterParameter> constants(ModuleShape module) {
      return List.of(
          new AdapterParameter("K", "kept", new Shape(3)),
          new AdapterParameter("A0", "", new Shape(2)));
    }

    @Override
    public List<AdapterParameter> sharedConstants(List<ModuleShape> modules) {
      return List.of(new AdapterParameter("C", "common", new Shape(2, 2)));
    }
  }

  /** A method with the two matrices of LoRA at rank 2. */
  private static class TwoMatrices implements AdapterMethod {

    @Override
    public List<String> targetModules() {
      return List.of();
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(
          new AdapterParameter("A", "lora_A.weight", new Shape(2, module.inputs())),
          new AdapterParameter("B", "lora_B.weight", new Shape(module.outputs(), 2)));
    }

    @Override
    public float[] initialValues(
        ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
      return new float[(int) parameter.shape().size()];
    }

    @Override
    public AdapterScript script() {
      throw new UnsupportedOperationException("not computed with");
    }

    @Override
    public AdapterForm form() {
      return () -> Map.of("peft_type", "LORA", "r", 2, "lora_alpha", 4);
    }
  }
}
