using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Core.Tasks;

namespace Annotator.Api.Annotations;

/// <summary>The frames that <c>frame_from</c> and <c>frame_to</c> ask for, both included, both optional.</summary>
internal static class FrameQuery
{
    /// <summary>Null frames mean all of them; frames outside of <paramref name="all"/> are none.</summary>
    public static (FrameRange? Frames, IResult? Refused) Read(IQueryCollection query, FrameRange all)
    {
        var checks = new Checks();
        var from = Number("frame_from", all.First);
        var to = Number("frame_to", all.Last);
        if (checks.Passed)
        {
            checks.That(from <= to, "frame_to", "Must not be before frame_from.");
        }

        if (!checks.Passed)
        {
            return (null, checks.Problem());
        }

        var isAll = from <= all.First && to >= all.Last;
        return (isAll ? null : new FrameRange(from, to), null);

        int Number(string name, int otherwise)
        {
            var text = query[name].ToString();
            if (text.Length == 0)
            {
                return otherwise;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            checks.Fail(name, "A frame number is expected.");
            return otherwise;
        }
    }
}
