"""The whole of Signalbox on one machine: environments, MiniStack, build, deployment."""
