package io.flexora.runstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.selection.Selection;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.Tuning;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.CellOutcome;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The components of records that JSON leaves out where they are empty, since only some runs and
 * comparisons have them, and those that it knows by another name.
 */
final class RecordComponents extends NopAnnotationIntrospector {

  /** The highest peak memory of an outcome. */
  static final String PEAK = "peak_memory_bytes";

  private static final long serialVersionUID = 1L;

  private static final Map<Class<?>, Set<String>> LEFT_OUT =
      Map.of(
          StrategyResult.class,
          Set.of("adapter", "counterpart", "tuning", "trainer", "reference"),
          ComparisonResult.class,
          Set.of("tuning"),
          Tuning.Tuned.class,
          Set.of("ties"),
          SeedResult.class,
          Set.of("tuning"),
          DifferenceResult.class,
          Set.of("equivalence"),
          Selection.class,
          Set.of("modules", "moduleScores", "descriptions", "end", "values"),
          ChosenModule.class,
          Set.of("rank", "shared"),
          CellAnswers.class,
          Set.of("confusions", "curves"),
          CellOutcome.class,
          Set.of(
              "selectedModules",
              "moduleScores",
              "scoreDescriptions",
              "searchEnd",
              "start",
              "figures",
              "testSets"));

  /** Beside them, the highest peak memory of an outcome, for people. */
  private static final Map<Class<?>, Map<String, String>> NAMES =
      Map.of(
          Selection.class,
          Map.of("descriptions", "score_descriptions"),
          CellOutcome.class,
          Map.of(
              "deciding",
              "deciding_metric",
              "peakMemoryBytes",
              "phase_peak_memory_bytes",
              "peak",
              PEAK));

  @Override
  public JsonInclude.Value findPropertyInclusion(Annotated member) {
    if (!isLeftOut(member)) {
      return JsonInclude.Value.empty();
    }
    boolean flag = member.getRawType() == boolean.class;
    return JsonInclude.Value.construct(
        flag ? Include.NON_DEFAULT : Include.NON_EMPTY, Include.ALWAYS);
  }

  @Override
  public JsonSetter.Value findSetterInfo(Annotated member) {
    return isLeftOut(member)
        ? JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)
        : JsonSetter.Value.empty();
  }

  @Override
  public PropertyName findNameForSerialization(Annotated member) {
    return name(member);
  }

  @Override
  public PropertyName findNameForDeserialization(Annotated member) {
    return name(member);
  }

  /** The highest memory is 0 where none was measured. */
  @Override
  public Object findSerializationConverter(Annotated member) {
    return PEAK.equals(nameOrNull(member)) ? PeakOrZero.class : null;
  }

  static final class PeakOrZero extends StdConverter<OptionalLong, Long> {

    @Override
    public Long convert(OptionalLong peak) {
      return peak.orElse(0);
    }
  }

  private static boolean isLeftOut(Annotated member) {
    return member instanceof AnnotatedMember of
        && LEFT_OUT.getOrDefault(of.getDeclaringClass(), Set.of()).contains(component(of));
  }

  private static PropertyName name(Annotated member) {
    String name = nameOrNull(member);
    return name == null ? null : PropertyName.construct(name);
  }

  private static String nameOrNull(Annotated member) {
    // A parameter takes the name of its accessor.
    return member instanceof AnnotatedMember of && !(member instanceof AnnotatedParameter)
        ? NAMES.getOrDefault(of.getDeclaringClass(), Map.of()).get(component(of))
        : null;
  }

  private static String component(AnnotatedMember member) {
    if (member instanceof AnnotatedParameter parameter) {
      RecordComponent[] components = parameter.getDeclaringClass().getRecordComponents();
      return components != null && parameter.getOwner().getParameterCount() == components.length
          ? components[parameter.getIndex()].getName()
          : "";
    }
    return member.getName();
  }
}
