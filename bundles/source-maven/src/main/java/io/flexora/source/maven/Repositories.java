package io.flexora.source.maven;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.maven.model.Activation;
import org.apache.maven.model.ActivationOS;
import org.apache.maven.model.ActivationProperty;
import org.apache.maven.model.building.ModelProblemCollector;
import org.apache.maven.model.profile.DefaultProfileActivationContext;
import org.apache.maven.model.profile.DefaultProfileSelector;
import org.apache.maven.model.profile.activation.JdkVersionProfileActivator;
import org.apache.maven.model.profile.activation.OperatingSystemProfileActivator;
import org.apache.maven.model.profile.activation.PropertyProfileActivator;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Repository;
import org.apache.maven.settings.Settings;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;

/** The repositories of a user's active profiles, and Maven Central behind them. */
final class Repositories {
  private static final String CENTRAL = "central";
  private static final String CENTRAL_URL = "https://repo.maven.apache.org/maven2";
  private final Settings settings;
  private final Properties properties;

  Repositories(Settings settings, Properties properties) {
    this.settings = settings;
    this.properties = properties;
  }

  /** Lists them in the order in which Maven asks them, before mirrors and proxies are applied. */
  List<RemoteRepository> list() {
    List<RemoteRepository> repositories = new ArrayList<>();
    for (String id : activeProfiles()) {
      Profile profile = settings.getProfilesAsMap().get(id);
      profile.getRepositories().forEach(r -> repositories.add(remote(r)));
    }
    if (repositories.stream().noneMatch(r -> r.getId().equals(CENTRAL))) {
      repositories.add(
          new RemoteRepository.Builder(CENTRAL, "default", CENTRAL_URL)
              .setReleasePolicy(policy(true))
              .setSnapshotPolicy(policy(false))
              .build());
    }
    return repositories;
  }

  private List<String> activeProfiles() {
    DefaultProfileActivationContext context = new DefaultProfileActivationContext();
    context.setActiveProfileIds(settings.getActiveProfiles());
    context.setSystemProperties(properties);
    DefaultProfileSelector selector =
        new DefaultProfileSelector()
            .addProfileActivator(new JdkVersionProfileActivator())
            .addProfileActivator(new OperatingSystemProfileActivator())
            .addProfileActivator(new PropertyProfileActivator());
    // A condition that cannot be understood leaves its profile inactive, as in Maven.
    ModelProblemCollector ignored = problem -> {};
    List<org.apache.maven.model.Profile> profiles =
        settings.getProfiles().stream().map(Repositories::model).toList();
    return selector.getActiveProfiles(profiles, context, ignored).stream()
        .map(org.apache.maven.model.Profile::getId)
        .toList();
  }

  private static org.apache.maven.model.Profile model(Profile profile) {
    org.apache.maven.model.Profile model = new org.apache.maven.model.Profile();
    model.setId(profile.getId());
    model.setSource("settings.xml");
    if (profile.getActivation() != null) {
      model.setActivation(model(profile.getActivation()));
    }
    return model;
  }

  private static Activation model(org.apache.maven.settings.Activation activation) {
    Activation model = new Activation();
    model.setActiveByDefault(activation.isActiveByDefault());
    model.setJdk(activation.getJdk());
    if (activation.getOs() != null) {
      ActivationOS os = new ActivationOS();
      os.setArch(activation.getOs().getArch());
      os.setFamily(activation.getOs().getFamily());
      os.setName(activation.getOs().getName());
      os.setVersion(activation.getOs().getVersion());
      model.setOs(os);
    }
    if (activation.getProperty() != null) {
      ActivationProperty property = new ActivationProperty();
      property.setName(activation.getProperty().getName());
      property.setValue(activation.getProperty().getValue());
      model.setProperty(property);
    }
    return model;
  }

  private static RemoteRepository remote(Repository repository) {
    return new RemoteRepository.Builder(
            repository.getId(), repository.getLayout(), repository.getUrl())
        .setReleasePolicy(policy(enabled(repository.getReleases())))
        .setSnapshotPolicy(policy(enabled(repository.getSnapshots())))
        .build();
  }

  private static boolean enabled(org.apache.maven.settings.RepositoryPolicy policy) {
    return policy == null || policy.isEnabled();
  }

  private static RepositoryPolicy policy(boolean enabled) {
    return new RepositoryPolicy(
        enabled, RepositoryPolicy.UPDATE_POLICY_DAILY, RepositoryPolicy.CHECKSUM_POLICY_FAIL);
  }
}
