using System.Globalization;

namespace Annotator.Media.Video;

/// <summary>
/// How ffmpeg is told to give certain frames of a video and no others. Where the file can be searched they are named by
/// their time stamps, whatever the jump lands on; elsewhere they are counted from the start.
/// </summary>
internal sealed class FrameCut
{
    private readonly VideoIndex _index;
    private readonly int[] _numbers;

    /// <param name="numbers">Of the frames in the video, rising; at least one.</param>
    public FrameCut(VideoIndex index, int[] numbers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numbers[0], nameof(numbers));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(numbers[^1], index.Count, nameof(numbers));
        (_index, _numbers) = (index, numbers);
    }

    /// <summary>Frames first, first + step … as many of them as there are.</summary>
    public static FrameCut Run(VideoIndex index, int first, int count, int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, index.Count);
        count = Math.Min(count, ((index.Count - 1 - first) / step) + 1);
        return new FrameCut(index, [.. Enumerable.Range(0, count).Select(place => first + (place * step))]);
    }

    /// <summary>Frames that are asked for.</summary>
    public int Count => _numbers.Length;

    /// <summary>
    /// Options before <c>-i</c>. What lies before the first frame is left to <see cref="Filters"/>: ffmpeg itself would cut where
    /// the jump goes plus where the file's clock starts, and take the first frames of every file whose clock does not start at 0.
    /// </summary>
    public IEnumerable<string> Where => !_index.Seekable ? []
        : _index.JumpTo(_numbers[0]) is { } place ? ["-copyts", "-noaccurate_seek", "-seek_timestamp", "1", "-ss", place.ToString("F6", CultureInfo.InvariantCulture)]
        : ["-copyts"];

    /// <summary>Filters that pass only the frames.</summary>
    public string Filters => _index.Seekable ? ByTime() : ByCount();

    /// <summary>The unit of the output's time stamps, as an option of the encoder.</summary>
    public IEnumerable<string> Unit => _index.Seekable
        ? ["-enc_time_base", string.Create(CultureInfo.InvariantCulture, $"{_index.TimeBase.Numerator}/{_index.TimeBase.Denominator}")]
        : ["-enc_time_base", "1/30"];

    /// <summary>The time that is given to a decoder; one that decodes from the start is given it for all frames before as well.</summary>
    public TimeSpan Limit(VideoLimits limits) =>
        _index.Seekable ? limits.FrameTimeout + TimeSpan.FromSeconds(_numbers[^1] - _numbers[0] + 1) : limits.WorkTimeout;

    /// <summary>The number in the video of the frame at a place of the output.</summary>
    public int NumberAt(int place) => _numbers[place];

    /// <summary>The place in the output that a picture of this time stamp belongs to; -1 when it is none that was asked for.</summary>
    public int PlaceOf(long pts) => _index.Seekable
        ? Math.Max(-1, Array.BinarySearch(_numbers, _index.FrameAt(pts)))
        : pts >= 0 && pts < _numbers.Length ? (int)pts : -1;

    private bool IsUnbroken => _numbers[^1] - _numbers[0] == _numbers.Length - 1;

    private string ByTime()
    {
        var stamps = _index.TimeStamps;
        var trim = string.Create(CultureInfo.InvariantCulture, $"trim=start_pts={stamps[_numbers[0]]}:end_pts={stamps[_numbers[^1]] + 1}");
        if (IsUnbroken)
        {
            return trim;
        }

        var wanted = new List<string>(_numbers.Length);
        foreach (var number in _numbers)
        {
            wanted.Add(string.Create(CultureInfo.InvariantCulture, $"eq(pts\\,{stamps[number]})"));
        }

        return $"{trim},select='{string.Join('+', wanted)}'";
    }

    private string ByCount()
    {
        var trim = string.Create(CultureInfo.InvariantCulture, $"trim=start_frame={_numbers[0]}:end_frame={_numbers[^1] + 1}");
        var select = IsUnbroken ? ""
            : $",select='{string.Join('+', _numbers.Select(number => string.Create(CultureInfo.InvariantCulture, $"eq(n\\,{number - _numbers[0]})")))}'";
        return $"{trim}{select},settb=1/30,setpts=N";
    }
}
