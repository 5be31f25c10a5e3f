#!/bin/sh
# Run once where the image was unpacked or moved to: makes the ahead-of-time caches, which hold for one place only, and writes the
# place into the systemd unit. Without it everything works, but starts more slowly.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd -P)
sed "s|@HOME@|$home|g" "$home/share/systemd/postrider.service.in" > "$home/share/systemd/postrider.service"
class_path=
while read -r jar; do
    class_path=$class_path:$home/lib/$jar
done < "$home/lib/class-path"
exec "$home/runtime/bin/java" --enable-native-access=ALL-UNNAMED -cp "${class_path#:}" org.postrider.packaging.Train "$home"
