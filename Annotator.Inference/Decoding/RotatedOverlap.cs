namespace Annotator.Inference.Decoding;

/// <summary>Overlap of turned boxes taken as clouds of probability: smooth, and cheap where exact clipping is not.</summary>
internal static class RotatedOverlap
{
    private const double Epsilon = 1e-7;

    /// <summary>0 for boxes far apart, nearly 1 for equal ones.</summary>
    public static double ProbIou(Candidate one, Candidate other)
    {
        var (a1, b1, c1) = Spread(one);
        var (a2, b2, c2) = Spread(other);
        double dx = one.CentreX - (double)other.CentreX, dy = one.CentreY - (double)other.CentreY;
        var both = ((a1 + a2) * (b1 + b2)) - ((c1 + c2) * (c1 + c2));
        var t1 = 0.25 * (((a1 + a2) * dy * dy) + ((b1 + b2) * dx * dx)) / (both + Epsilon);
        var t2 = 0.5 * ((c1 + c2) * -dx * dy) / (both + Epsilon);
        var each = Math.Sqrt(Math.Max((a1 * b1) - (c1 * c1), 0) * Math.Max((a2 * b2) - (c2 * c2), 0));
        var t3 = 0.5 * Math.Log((both / ((4 * each) + Epsilon)) + Epsilon);
        var distance = Math.Clamp(t1 + t2 + t3, Epsilon, 100);
        return 1 - Math.Sqrt(1 - Math.Exp(-distance) + Epsilon);
    }

    private static (double A, double B, double C) Spread(Candidate box)
    {
        double across = box.Width * (double)box.Width / 12, down = box.Height * (double)box.Height / 12;
        var (sin, cos) = Math.SinCos(box.Angle);
        return ((across * cos * cos) + (down * sin * sin), (across * sin * sin) + (down * cos * cos), (across - down) * sin * cos);
    }
}
