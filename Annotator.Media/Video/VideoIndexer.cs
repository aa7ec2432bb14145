using System.Globalization;

namespace Annotator.Media.Video;

/// <summary>
/// Makes the frame index of a video. Well-made files are listed packet by packet, which costs a second for an hour of video, and
/// the list is held against what a decoder gives at the start, at the end and in between. Of every other file all frames
/// are decoded once: slow, and right.
/// </summary>
public sealed class VideoIndexer(FfmpegTools tools, VideoLimits limits)
{
    private const int ReportEvery = 500;

    /// <summary>Places between start and end where the list is held against the decoder.</summary>
    private const int ChecksBetween = 3;

    /// <summary>Packets that a check decodes.</summary>
    private const int CheckedPackets = 40;

    /// <summary>A last group of pictures longer than this is not decoded to its end only to check that.</summary>
    private const int MaxCheckedTail = 400;

    /// <param name="path">A local file at a place that we chose.</param>
    /// <param name="progress">Frames found so far.</param>
    /// <param name="early">Is given the first frames while the rest is decoded, where decoding has to tell; null where nobody waits.</param>
    /// <exception cref="UnreadableVideoException">Nothing can be decoded, or there are too many frames; what <paramref name="early"/> was given stays true.</exception>
    public async Task<VideoIndex> IndexAsync(string path, VideoFacts facts, IProgress<int>? progress, CancellationToken cancel, IEarlyFrames? early = null)
    {
        if (ListsFrames(facts) && await ListAsync(path, facts, progress, cancel) is { } listed && await HoldsAsync(path, listed, cancel))
        {
            return listed;
        }

        return await DecodeAsync(path, facts, progress, early, cancel);
    }

    /// <summary>
    /// Containers and codecs whose packets are one shown frame each and carry its time. Elsewhere a packet may hold no frame, half
    /// a one or two.
    /// </summary>
    private static bool ListsFrames(VideoFacts facts) =>
        (facts.Container.Contains("mp4", StringComparison.Ordinal) || facts.Container.Contains("matroska", StringComparison.Ordinal))
        && facts.Codec is "h264" or "hevc" or "vp9" or "av1" or "mjpeg" or "prores" or "dnxhd";

    private async Task<VideoIndex?> ListAsync(string path, VideoFacts facts, IProgress<int>? progress, CancellationToken cancel)
    {
        var packets = new List<VideoPacket>();
        await using var process = Start(path, VideoPackets.PacketOptions, [], limits.WorkTimeout, cancel);
        await foreach (var packet in VideoPackets.ReadAsync(process.Output, cancel))
        {
            if (packet.Corrupt || (packet.Pts is null && !packet.Discarded))
            {
                return null;
            }

            packets.Add(packet);
            Count(packets.Count, progress);
        }

        await process.FinishAsync();
        return IsWellMade(packets, facts) ? Sort(packets, facts) : null;
    }

    /// <summary>Whether showing order can be told from time stamps alone.</summary>
    private static bool IsWellMade(List<VideoPacket> packets, VideoFacts facts)
    {
        var shown = packets.Where(packet => !packet.Discarded).ToList();
        if (shown.Count == 0 || !packets[0].Key)
        {
            return false;
        }

        var distinct = shown.Select(packet => packet.Pts).ToHashSet().Count == shown.Count;
        var inOrder = true;
        for (var at = 1; at < shown.Count && inOrder; at++)
        {
            inOrder = shown[at].Pts > shown[at - 1].Pts;
        }

        // Frames that are stored in another order but have times in the order of storing: the times are wrong.
        return distinct && !(facts.Reordered && inOrder && facts.Codec is "h264" or "hevc" && shown.Count > 2 && !packets.Exists(packet => packet.Dts < packet.Pts));
    }

    private static VideoIndex Sort(List<VideoPacket> packets, VideoFacts facts)
    {
        var order = new List<int>(packets.Count);
        for (var at = 0; at < packets.Count; at++)
        {
            if (!packets[at].Discarded)
            {
                order.Add(at);
            }
        }

        order.Sort((left, right) => packets[left].Pts!.Value.CompareTo(packets[right].Pts!.Value));
        var stamps = new long[order.Count];
        var coded = new CodedFrame[packets.Count];
        for (var at = 0; at < packets.Count; at++)
        {
            coded[at] = new CodedFrame(-1, packets[at].Position, packets[at].Size, packets[at].Key);
        }

        for (var frame = 0; frame < order.Count; frame++)
        {
            stamps[frame] = packets[order[frame]].Pts!.Value;
            coded[order[frame]] = coded[order[frame]] with { Frame = frame };
        }

        return new VideoIndex(facts.TimeBase, stamps, coded);
    }

    /// <summary>Whether a decoder gives the listed frames, at the start, at the end and at places in between.</summary>
    private async Task<bool> HoldsAsync(string path, VideoIndex index, CancellationToken cancel)
    {
        var keys = KeyFrames(index);
        var places = new SortedSet<int> { 0 };
        for (var check = 1; check <= ChecksBetween; check++)
        {
            places.Add(keys[keys.Count * check / (ChecksBetween + 1)]);
        }

        if (index.Coded.Length - keys[^1] <= MaxCheckedTail)
        {
            places.Add(keys[^1]);
        }

        foreach (var place in places)
        {
            var packets = place == keys[^1] ? MaxCheckedTail : CheckedPackets;
            if (!await HoldsFromAsync(path, index, place, packets, cancel))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="place">Of a key frame in the order of decoding.</param>
    private async Task<bool> HoldsFromAsync(string path, VideoIndex index, int place, int packets, CancellationToken cancel)
    {
        var expected = Expected(index, place, packets);
        var from = place > 0 ? After(index, place).ToString("F6", CultureInfo.InvariantCulture) : "";
        string[] where = ["-read_intervals", string.Create(CultureInfo.InvariantCulture, $"{from}%+#{packets}")];
        await using var process = Start(path, VideoPackets.FrameOptions, where, limits.FrameTimeout, cancel);
        var (at, holds) = (0, true);
        await foreach (var frame in VideoPackets.ReadAsync(process.Output, cancel))
        {
            var number = frame.Pts is { } stamp ? index.FrameAt(stamp) : -1;

            // Frames that refer to what lies before the place of a jump come first, and may be incomplete.
            if (at > 0 || place == 0 || number >= expected[0])
            {
                holds &= at < expected.Count && number == expected[at];
                at++;
            }
        }

        await process.FinishAsync();
        return holds && at == expected.Count;
    }

    /// <summary>
    /// A time at which a jump lands on the key frame whatever is rounded and however much earlier the file says that decoding has to
    /// begin: halfway to the next one.
    /// </summary>
    private static double After(VideoIndex index, int place)
    {
        var next = place + 1;
        while (next < index.Coded.Length && index.Coded[next] is not { Key: true, Frame: >= 0 })
        {
            next++;
        }

        var last = next < index.Coded.Length ? index.Coded[next].Frame : index.Count - 1;
        return (index.SecondsOf(index.Coded[place].Frame) + index.SecondsOf(last)) / 2;
    }

    /// <summary>The frames that so many packets hold, in the order of showing, from the first that needs nothing before them.</summary>
    private static List<int> Expected(VideoIndex index, int place, int packets)
    {
        var frames = new List<int>(packets);
        foreach (var packet in index.Coded.Slice(place, Math.Min(packets, index.Coded.Length - place)))
        {
            if (packet.Frame >= 0 && (place == 0 || packet.Frame >= index.Coded[place].Frame))
            {
                frames.Add(packet.Frame);
            }
        }

        frames.Sort();
        return frames;
    }

    /// <summary>Where decoding can begin and the frame is shown, in the order of decoding; the start is always among them.</summary>
    private static List<int> KeyFrames(VideoIndex index)
    {
        var keys = new List<int> { 0 };
        for (var place = 1; place < index.Coded.Length; place++)
        {
            if (index.Coded[place] is { Key: true, Frame: >= 0 })
            {
                keys.Add(place);
            }
        }

        return keys;
    }

    private async Task<VideoIndex> DecodeAsync(string path, VideoFacts facts, IProgress<int>? progress, IEarlyFrames? early, CancellationToken cancel)
    {
        var (stamps, unknown) = (new List<long>(), false);
        var next = early?.First ?? int.MaxValue;
        await using (var process = Start(path, VideoPackets.FrameOptions, [], limits.WorkTimeout, cancel))
        {
            await foreach (var frame in VideoPackets.ReadAsync(process.Output, cancel))
            {
                unknown |= frame.Pts is null;
                stamps.Add(frame.Pts ?? 0);
                Count(stamps.Count, progress);
                if (stamps.Count == next)
                {
                    // What is decoded stands: later frames have later numbers. The decoder waits for us meanwhile.
                    next = await early!.TakeAsync(Known());
                }
            }

            await process.FinishAsync();
        }

        if (stamps.Count == 0)
        {
            throw new UnreadableVideoException("has no frame that can be decoded");
        }

        return Known();

        // Time stamps that are missing here and there are worth nothing anywhere; frames then follow each other evenly.
        VideoIndex Known() => unknown ? Even(stamps.Count, facts) : new VideoIndex(facts.TimeBase, [.. stamps], []);
    }

    private static VideoIndex Even(int frames, VideoFacts facts)
    {
        var rate = facts.FrameRate is > 0.01 and < 1000 ? facts.FrameRate : 25;
        var stamps = new long[frames];
        for (var frame = 0; frame < frames; frame++)
        {
            stamps[frame] = (long)Math.Round(frame * 1_000_000 / rate);
        }

        return new VideoIndex((1, 1_000_000), stamps, []);
    }

    private void Count(int frames, IProgress<int>? progress)
    {
        if (frames > limits.MaxFrames)
        {
            throw new UnreadableVideoException($"has more than {limits.MaxFrames:N0} frames, which is the limit");
        }

        if (frames % ReportEvery == 0)
        {
            progress?.Report(frames);
        }
    }

    private DecoderProcess Start(string path, IEnumerable<string> what, IEnumerable<string> where, TimeSpan limit, CancellationToken cancel) =>
        FfmpegProcess.Start(
            tools.Ffprobe, ["-v", "error", .. FfmpegProcess.InputOptions(limits), "-select_streams", "V:0", .. where, .. what, path], limits, limit, cancel);
}

/// <summary>Takes the frames that are found while a video is decoded to its end.</summary>
public interface IEarlyFrames
{
    /// <summary>After how many frames to be told first; 1 or more.</summary>
    int First { get; }

    /// <summary>Takes all frames found so far, whose numbers stand, and says after how many to be told next.</summary>
    Task<int> TakeAsync(VideoIndex soFar);
}
