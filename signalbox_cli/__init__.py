"""The command `signalbox`: what engineers do from a terminal, over the admin API and nothing else."""
