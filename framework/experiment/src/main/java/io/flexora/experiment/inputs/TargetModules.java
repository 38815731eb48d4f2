package io.flexora.experiment.inputs;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.files.message.NearestName;
import java.util.List;
import java.util.stream.Stream;

/** The modules of a model's layers that an adapter method is put on. */
final class TargetModules {

  private TargetModules() {}

  /**
   * Finds them: those that its configuration names, else those that the method prefers, else those
   * of the model. A name is a module's own or, as in PEFT, the end of the paths of one or more.
   *
   * @return some of the model's modules, in its order
   * @throws io.flexora.api.run.FlexoraException if the model has no module of a name
   */
  static List<ModuleShape> of(AdapterMethod method, ModelShape model) {
    List<String> asked =
        Stream.of(
                method.targetModules(),
                method.defaultTargets(model.modules()),
                model.defaultTargets())
            .filter(names -> !names.isEmpty())
            .findFirst()
            .orElse(List.of());
    List<ModuleShape> found =
        asked.stream().flatMap(name -> named(name, model.modules()).stream()).toList();
    return model.modules().stream().filter(found::contains).toList();
  }

  private static List<ModuleShape> named(String asked, List<ModuleShape> all) {
    List<ModuleShape> exact = all.stream().filter(m -> m.name().equals(asked)).toList();
    List<ModuleShape> named =
        exact.isEmpty() ? all.stream().filter(m -> m.path().endsWith("." + asked)).toList() : exact;
    if (named.isEmpty()) {
      List<String> names = all.stream().map(ModuleShape::name).toList();
      String near = NearestName.to(asked, names).map(NearestName::question).orElse(".");
      throw AdapterMethod.refusedModule(
          "target module '%s' is not one of the model's%s It has %s"
              .formatted(asked, near, String.join(", ", names)));
    }
    return named;
  }
}
