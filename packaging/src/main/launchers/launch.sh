# Sourced by every launcher after it has set: program (its name), main (its Java class), kind (which options), options ones.
# Starts the program's copy of the Java launcher, so that ps, pidof and /proc/PID/exe show the program's name.
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
case $self in /*) ;; *) self=$PWD/$self ;; esac
home=${self%/*/*}
class_path=
while read -r jar; do
    class_path=$class_path:$home/lib/$jar
done < "$home/lib/class-path"
class_path=${class_path#:}

# The ahead-of-time cache belongs to exactly these jars at exactly this place; the JDK does not notice when they change,
# so a cache made for another place (cache/home) or before the jars were staged (lib/class-path is newer) is not used.
cache=
made=$home/cache/suite.aot
case $kind in command | table) made=$home/cache/commands.aot ;; esac
if [ -r "$made" ] && [ -r "$home/cache/home" ]; then
    read -r made_for < "$home/cache/home"
    [ "$made_for" = "$home" ] && [ ! "$home/lib/class-path" -nt "$made" ] && cache=-XX:AOTCache=$made
fi

common="-XX:+UseSerialGC -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:+ExitOnOutOfMemoryError
 -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED -Djdk.tls.rejectClientInitiatedRenegotiation=true -Dio.netty.eventLoopThreads=1 -Dio.netty.noPreferDirect=false -Dio.netty.leakDetection.level=disabled
 -Dio.netty.machineId=02:00:00:00:00:00:00:01 -Dio.netty.processId=1"
# Enough for a thousand conversations; master says what more the limits in master.cf call for.
most=$((64 + ${POSTRIDER_MORE_HEAP:-0}))m
# What the compilers learned in the training run would have programs compile more at their start than they then use.
common="$common -XX:-AOTReplayTraining"
# One question, or many to a cdb table, are answered by little code, which the quick compiler does well enough; what is done with
# millions of entries else is worth the better one.
if [ "$kind" = table ]; then
    asked= many= simple=
    for argument; do
        case $argument in
            -) many=yes ;;
            -*q*) asked=yes ;;
            cdb:*) simple=yes ;;
        esac
    done
    if [ -n "$asked" ] && { [ -z "$many" ] || [ -n "$simple" ]; }; then kind=command; fi
fi
case $kind in
    heavy) sizes="-Xms16m -Xmx$most -Xss256k -XX:ReservedCodeCacheSize=48m -XX:MaxDirectMemorySize=$most" ;;
    light) sizes="-Xms8m -Xmx$most -Xss256k -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=24m" ;;
    command) sizes="-Xms8m -Xmx256m -Xss512k -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=16m" ;;
    table) sizes="-Xms8m -Xmx256m -Xss512k -XX:ReservedCodeCacheSize=32m" ;;
esac
export MALLOC_ARENA_MAX=2
# File names may hold any byte; in other character sets the Java run time refuses those it does not know.
export LC_ALL=C.UTF-8
# shellcheck disable=SC2086
exec "$home/runtime/bin/$program" $common $sizes $cache $POSTRIDER_JAVA_OPTIONS -Djava.library.path="$home/lib/native" \
    -Dorg.sqlite.lib.path="$home/lib/native" -Dpostrider.home="$home" -cp "$class_path" "$main" "$@"
