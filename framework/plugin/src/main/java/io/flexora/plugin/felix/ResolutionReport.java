package io.flexora.plugin.felix;

import io.flexora.plugin.status.Fragments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** The requirement of a bundle that nobody meets, with those who come near. */
public final class ResolutionReport {

  private static final int SHOWN_MAXIMUM = 3;

  private final List<Bundle> installed;
  private final Set<Bundle> asked = new HashSet<>();

  ResolutionReport(Bundle... installed) {
    this.installed = List.of(installed);
  }

  /** Explains why a bundle does not resolve, in one line. */
  public String explain(Bundle bundle) {
    asked.add(bundle);
    List<String> reasons = new ArrayList<>();
    for (BundleRequirement requirement : requirements(bundle)) {
      if (isMandatory(requirement)) {
        explain(requirement, reasons);
      }
    }
    if (reasons.isEmpty()) {
      return Fragments.isFragment(bundle)
          ? "its host was taken up without it; it is attached when the program starts again"
          : "what it imports is there, but not in one consistent set of versions";
    }
    int hidden = reasons.size() - SHOWN_MAXIMUM;
    String shown = reasons.stream().limit(SHOWN_MAXIMUM).collect(Collectors.joining("; "));
    return hidden > 0 ? shown + "; and %d more".formatted(hidden) : shown;
  }

  private void explain(BundleRequirement requirement, List<String> reasons) {
    List<Bundle> givers =
        installed.stream().filter(other -> gives(other, requirement)).distinct().toList();
    if (givers.isEmpty()) {
      reasons.add(unmet(requirement));
    } else if (givers.stream().noneMatch(ResolutionReport::isResolved)) {
      Bundle giver = givers.get(0);
      if (asked.add(giver)) {
        reasons.add(
            "needs %s, which %s gives, but that %s"
                .formatted(Requirement.of(requirement), name(giver), explain(giver)));
      }
    }
  }

  private static List<BundleRequirement> requirements(Bundle bundle) {
    return bundle.adapt(BundleRevision.class).getDeclaredRequirements(null);
  }

  private static boolean isMandatory(BundleRequirement requirement) {
    Map<String, String> directives = requirement.getDirectives();
    String resolution = directives.getOrDefault(Constants.RESOLUTION_DIRECTIVE, "mandatory");
    String effective = directives.getOrDefault(Constants.EFFECTIVE_DIRECTIVE, "resolve");
    return resolution.equals("mandatory") && effective.equals("resolve");
  }

  private static boolean isResolved(Bundle bundle) {
    return (bundle.getState() & (Bundle.INSTALLED | Bundle.UNINSTALLED)) == 0;
  }

  private static boolean gives(Bundle bundle, BundleRequirement requirement) {
    return capabilities(bundle, requirement.getNamespace()).stream()
        .anyMatch(capability -> matches(requirement, capability));
  }

  private static List<BundleCapability> capabilities(Bundle bundle, String namespace) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision == null ? List.of() : revision.getDeclaredCapabilities(namespace);
  }

  private static boolean matches(BundleRequirement requirement, BundleCapability capability) {
    String filter = requirement.getDirectives().get(Constants.FILTER_DIRECTIVE);
    if (filter == null) {
      return true;
    }
    try {
      return FrameworkUtil.createFilter(filter).matches(capability.getAttributes());
    } catch (InvalidSyntaxException e) {
      return false;
    }
  }

  private String unmet(BundleRequirement declared) {
    Requirement requirement = Requirement.of(declared);
    if (declared
        .getNamespace()
        .equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
      return "needs Java %s; this is Java %d"
          .formatted(requirement.version(), Runtime.version().feature());
    }
    List<String> near =
        installed.stream()
            .flatMap(bundle -> near(bundle, requirement).stream())
            .distinct()
            .toList();
    return near.isEmpty()
        ? "needs %s, which nothing installed gives%s".formatted(requirement, advice(requirement))
        : "needs %s, but %s".formatted(requirement, String.join(" and ", near));
  }

  private static String advice(Requirement requirement) {
    if (!requirement.namespace().equals(PackageNamespace.PACKAGE_NAMESPACE)) {
      return "";
    }
    return requirement.name().startsWith("java.")
        ? " (it is not in this Java)"
        : ": add the bundle that exports it, or pack it into the jar";
  }

  /** The other versions of the same thing that a bundle gives. */
  private static List<String> near(Bundle bundle, Requirement requirement) {
    return capabilities(bundle, requirement.namespace()).stream()
        .filter(
            capability ->
                requirement.name().equals(capability.getAttributes().get(requirement.namespace())))
        .map(capability -> name(bundle) + " gives it in version " + version(capability))
        .toList();
  }

  private static String version(BundleCapability capability) {
    Object version =
        capability.getAttributes().containsKey(Constants.VERSION_ATTRIBUTE)
            ? capability.getAttributes().get(Constants.VERSION_ATTRIBUTE)
            : capability.getAttributes().get(Constants.BUNDLE_VERSION_ATTRIBUTE);
    return version == null ? "0.0.0" : version.toString();
  }

  private static String name(Bundle bundle) {
    return bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID
        ? "the host"
        : bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  public static ResolutionReport among(Bundle[] bundles) {
    return new ResolutionReport(
        Arrays.stream(bundles)
            .filter(b -> b.getState() != Bundle.UNINSTALLED)
            .toArray(Bundle[]::new));
  }
}
