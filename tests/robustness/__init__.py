"""What the service does when it is treated badly: by what it is told, by its disk, by its clock, by kill -9."""
