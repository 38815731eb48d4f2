package io.flexora.experiment.setup;

import ai.djl.Device;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.Component;
import java.util.List;

/** The devices that a model is loaded onto. */
public interface ModelDevices {

  /** The device that the model's backend was made with, and no other. */
  ModelDevices ONE =
      new ModelDevices() {
        @Override
        public List<Device> all() {
          return List.of(Device.cpu());
        }

        @Override
        public ModelBackend on(Component<ModelBackend> backend, Device device) {
          throw new IllegalStateException("there is one device");
        }
      };

  /** The devices that share the batches; the first is the one that the backend was made with. */
  List<Device> all();

  /** The backend with the same options on another device. */
  ModelBackend on(Component<ModelBackend> backend, Device device);
}
