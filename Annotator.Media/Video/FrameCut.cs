using System.Globalization;

namespace Annotator.Media.Video;

/// <summary>
/// How ffmpeg is told to give frames first, first + step … of a video and no others. Where the file can be searched they are named by
/// their time stamps, whatever the jump lands on; elsewhere they are counted from the start.
/// </summary>
internal sealed class FrameCut
{
    private readonly VideoIndex _index;
    private readonly int _first;
    private readonly int _count;
    private readonly int _step;

    public FrameCut(VideoIndex index, int first, int count, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, index.Count);
        (_index, _first, _step) = (index, first, step);
        _count = Math.Min(count, ((index.Count - 1 - first) / step) + 1);
    }

    /// <summary>Frames that there are of those asked for.</summary>
    public int Count => _count;

    /// <summary>Options before <c>-i</c>.</summary>
    public IEnumerable<string> Where => !_index.Seekable ? []
        : _first == 0 ? ["-copyts"]
        : ["-copyts", "-seek_timestamp", "1", "-ss", Before(_first).ToString("F6", CultureInfo.InvariantCulture)];

    /// <summary>Filters that pass only the frames.</summary>
    public string Filters => _index.Seekable ? ByTime() : ByCount();

    /// <summary>The unit of the output's time stamps, as an option of the encoder.</summary>
    public IEnumerable<string> Unit => _index.Seekable
        ? ["-enc_time_base", string.Create(CultureInfo.InvariantCulture, $"{_index.TimeBase.Numerator}/{_index.TimeBase.Denominator}")]
        : ["-enc_time_base", "1/30"];

    /// <summary>The time that is given to a decoder; one that decodes from the start is given it for all frames before as well.</summary>
    public TimeSpan Limit(VideoLimits limits)
    {
        var frames = (long)_count * _step;
        return _index.Seekable ? limits.FrameTimeout + TimeSpan.FromSeconds(frames) : limits.WorkTimeout;
    }

    /// <summary>The number in the video of the frame at a place of the output.</summary>
    public int NumberAt(int place) => _first + (place * _step);

    /// <summary>The place in the output that a picture of this time stamp belongs to; -1 when it is none that was asked for.</summary>
    public int PlaceOf(long pts)
    {
        if (!_index.Seekable)
        {
            return pts >= 0 && pts < _count ? (int)pts : -1;
        }

        var from = _index.FrameAt(pts) - _first;
        return from >= 0 && from % _step == 0 && from / _step < _count ? from / _step : -1;
    }

    private string ByTime()
    {
        var stamps = _index.TimeStamps;
        var trim = string.Create(CultureInfo.InvariantCulture, $"trim=start_pts={stamps[_first]}:end_pts={stamps[NumberAt(_count - 1)] + 1}");
        if (_step == 1)
        {
            return trim;
        }

        var wanted = new List<string>(_count);
        for (var place = 0; place < _count; place++)
        {
            wanted.Add(string.Create(CultureInfo.InvariantCulture, $"eq(pts\\,{stamps[NumberAt(place)]})"));
        }

        return $"{trim},select='{string.Join('+', wanted)}'";
    }

    private string ByCount() => string.Create(
        CultureInfo.InvariantCulture,
        $"trim=start_frame={_first}:end_frame={NumberAt(_count - 1) + 1},select='not(mod(n\\,{_step}))',settb=1/30,setpts=N");

    /// <summary>Halfway between the frame and the one before: whatever a container rounds, the right frame is the first one after it.</summary>
    private double Before(int frame) => (_index.SecondsOf(frame) + _index.SecondsOf(frame - 1)) / 2;
}
