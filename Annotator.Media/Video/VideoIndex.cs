namespace Annotator.Media.Video;

/// <summary>A coded frame as it lies in the file.</summary>
/// <param name="Frame">The frame's number in the order of showing, from 0; -1 for a packet that is decoded but never shown.</param>
/// <param name="Position">Byte in the file where it starts; -1 when unknown.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Key">Whether decoding can begin here.</param>
public readonly record struct CodedFrame(int Frame, long Position, int Size, bool Key);

/// <summary>
/// Which frame is frame n of a video: the one truth of frame numbers for the editor, the API, exports and models. Frame n is
/// the nth picture that a decoder gives, counted from 0, whatever the header promises and whatever the frame rate does.
/// </summary>
public sealed class VideoIndex
{
    /// <summary>Encoders decode some frames earlier than they would have to.</summary>
    private const int SparedFrames = 3;

    private readonly long[] _timeStamps;
    private readonly CodedFrame[] _coded;
    private readonly int[] _codedOf;
    private readonly bool _ordered;

    /// <summary>How many frames later than it is shown a packet is decoded, at most.</summary>
    private readonly int _reordering;

    /// <param name="timeStamps">Of each frame, in the order of showing.</param>
    /// <param name="coded">In the order of decoding; each frame once.</param>
    public VideoIndex((int Numerator, int Denominator) timeBase, long[] timeStamps, CodedFrame[] coded)
    {
        (TimeBase, _timeStamps, _coded, _codedOf) = (timeBase, timeStamps, coded, new int[timeStamps.Length]);
        Array.Fill(_codedOf, -1);
        var shown = 0;
        for (var at = 0; at < coded.Length; at++)
        {
            if (coded[at].Frame >= 0)
            {
                _codedOf[coded[at].Frame] = at;
                _reordering = Math.Max(_reordering, shown++ - coded[at].Frame);
            }
        }

        _ordered = true;
        for (var frame = 1; frame < timeStamps.Length && _ordered; frame++)
        {
            _ordered = timeStamps[frame] > timeStamps[frame - 1];
        }
    }

    /// <summary>A time stamp's unit in seconds.</summary>
    public (int Numerator, int Denominator) TimeBase { get; }

    /// <summary>Frames.</summary>
    public int Count => _timeStamps.Length;

    /// <summary>Time stamps of all frames, in the order of showing.</summary>
    public ReadOnlySpan<long> TimeStamps => _timeStamps;

    /// <summary>All packets, in the order of decoding; empty when only decoding told the frames.</summary>
    public ReadOnlySpan<CodedFrame> Coded => _coded;

    /// <summary>
    /// Whether a decoder that jumps to a frame's time gives that frame. Frames of other files are reached only by decoding from
    /// the start; they are shown from a copy made for showing.
    /// </summary>
    public bool Seekable => _ordered && _coded.Length > 0;

    /// <summary>Seconds on the file's own clock, which need not start at 0.</summary>
    public double SecondsOf(int frame) => (double)_timeStamps[frame] * TimeBase.Numerator / TimeBase.Denominator;

    /// <summary>The first frame that is shown at or after a time on the file's own clock; <see cref="Count"/> when there is none.</summary>
    public int FrameFrom(double seconds)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = SecondsOf(middle) < seconds ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The frame of exactly that time stamp, or -1.</summary>
    public int FrameAt(long timeStamp)
    {
        var found = _ordered ? Array.BinarySearch(_timeStamps, timeStamp) : Array.IndexOf(_timeStamps, timeStamp);
        return found >= 0 ? found : -1;
    }

    /// <summary>
    /// The packets that must be decoded to see a frame, from the key frame before it: first and last place in
    /// <see cref="Coded"/>. (-1, -1) when the file's packets are not known.
    /// </summary>
    public (int First, int Last) PacketsOf(int frame)
    {
        var last = _codedOf[frame];
        var first = last;
        while (first > 0 && !(_coded[first].Key && _coded[first].Frame >= 0 && _coded[first].Frame <= frame))
        {
            first--;
        }

        return (first, last);
    }

    /// <summary>
    /// Seconds on the file's own clock to which a jump goes so that decoding from there gives the frame; null for decoding from the start. A
    /// demuxer goes to the last key frame whose time is not later, and some mean the time of decoding, which is earlier than that of
    /// showing: the key frame after the one that is needed must not be there yet by either.
    /// </summary>
    public double? JumpTo(int frame)
    {
        var (first, _) = PacketsOf(frame);
        var (key, next) = (Math.Max(0, first), Math.Max(0, first) + 1);
        while (next < _coded.Length && !_coded[next].Key)
        {
            next++;
        }

        var at = _coded[key].Frame;
        if (next < _coded.Length)
        {
            var shown = 0;
            foreach (var packet in _coded.AsSpan(0, next))
            {
                shown += packet.Frame >= 0 ? 1 : 0;
            }

            at = Math.Min(at, shown - _reordering - SparedFrames);
        }

        // Between two frames no rounding matters.
        return key == 0 || at <= 0 ? null : at + 1 < Count ? (SecondsOf(at) + SecondsOf(at + 1)) / 2 : SecondsOf(at);
    }

    /// <summary>
    /// The last frame at or before this one at which decoding can begin. Before the first such frame, which a video has whose start was cut
    /// away, it is the first one; the frame itself where there is none at all.
    /// </summary>
    public int KeyAt(int frame)
    {
        var (first, _) = PacketsOf(frame);
        var key = Math.Max(0, first);
        while (key < _coded.Length && !(_coded[key].Key && _coded[key].Frame >= 0))
        {
            key++;
        }

        return key < _coded.Length ? _coded[key].Frame : frame;
    }

    /// <summary>Whether packets are stored in the order in which their frames are shown.</summary>
    public bool InShowingOrder()
    {
        var last = -1;
        foreach (var packet in _coded)
        {
            if (packet.Frame >= 0 && packet.Frame < last)
            {
                return false;
            }

            last = Math.Max(last, packet.Frame);
        }

        return true;
    }

    /// <summary>Frames from <paramref name="first"/> to <paramref name="last"/> at which decoding can begin.</summary>
    public int KeysBetween(int first, int last)
    {
        var keys = 0;
        foreach (var packet in _coded)
        {
            keys += packet.Key && packet.Frame >= first && packet.Frame <= last ? 1 : 0;
        }

        return keys;
    }

    /// <summary>The most packets from one key frame to the next: what a jump costs at worst.</summary>
    public int LongestGroup()
    {
        var (longest, current) = (0, 0);
        foreach (var packet in _coded)
        {
            current = packet.Key ? 1 : current + 1;
            longest = Math.Max(longest, current);
        }

        return longest;
    }
}
